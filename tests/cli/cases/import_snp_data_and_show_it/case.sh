homeward init case.hwc > /dev/null
cat > small.csv <<'END'
# panel: small
# source: made up
marker,chromosome,grch37,grch38,alleles,female_cm,male_cm,EAS
rs1,1,100,200,A/G,0.1,0.1,0.6
rs2,1,110,210,C/T,0.2,0.2,0.5
END
cat > bones.vcf <<'END'
##fileformat=VCFv4.2
##reference=GRCh38
##contig=<ID=1,length=248956422>
##FORMAT=<ID=PL,Number=G,Type=Integer,Description="likelihoods">
END
printf '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tLAB1\n' >> bones.vcf
printf '1\t200\trs1\tA\tG\t.\t.\t.\tPL\t30,0,20\n' >> bones.vcf
cat > mt.csv <<'END'
sample,ranges,haplotype
LAB1,16024-576,"A263G, 315.1C"
END
homeward import panel small.csv -c case.hwc --apply
homeward import vcf bones.vcf -c case.hwc
homeward import vcf bones.vcf -c case.hwc --apply
homeward import vcf bones.vcf -c case.hwc --apply
homeward import mtdna mt.csv -c case.hwc --apply
homeward show snp_panel small -c case.hwc
homeward show snp_profile 'LAB1#small' -c case.hwc
homeward export snp_profiles -c case.hwc
homeward export haplotypes -c case.hwc
homeward check -c case.hwc | head -1
