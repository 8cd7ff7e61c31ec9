CREATE TABLE "accession" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "site" INTEGER REFERENCES "site" ("id") DEFERRABLE INITIALLY DEFERRED, "operation" INTEGER REFERENCES "operation" ("id") DEFERRABLE INITIALLY DEFERRED, "how" TEXT, "received_on" TEXT, "received_from" TEXT, "container" TEXT, "note" TEXT) STRICT
CREATE TABLE "actor" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "name" TEXT, "login" TEXT, "permissions" TEXT NOT NULL, "note" TEXT) STRICT
CREATE TABLE "assertion" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "dossier" INTEGER NOT NULL REFERENCES "dossier" ("id") DEFERRABLE INITIALLY DEFERRED, "field" TEXT NOT NULL, "value" TEXT NOT NULL, "source" TEXT NOT NULL, "document" INTEGER REFERENCES "document" ("id") DEFERRABLE INITIALLY DEFERRED, "weight" REAL, "asserted_on" TEXT, "note" TEXT) STRICT
CREATE TABLE "audit_entry" ("id" INTEGER PRIMARY KEY, "at" TEXT NOT NULL, "actor" TEXT NOT NULL, "login" TEXT NOT NULL, "program" TEXT NOT NULL, "action" TEXT NOT NULL, "reason" TEXT NOT NULL, "before" BLOB NOT NULL, "after" BLOB NOT NULL, "previous" BLOB NOT NULL, "hash" BLOB NOT NULL) STRICT
CREATE TABLE "audit_part" ("id" INTEGER PRIMARY KEY, "entry" INTEGER NOT NULL REFERENCES "audit_entry" ("id") DEFERRABLE INITIALLY DEFERRED, "kind" TEXT NOT NULL, "first_added" INTEGER NOT NULL, "n_added" INTEGER NOT NULL, "n_replaced" INTEGER NOT NULL, "hash" BLOB NOT NULL) STRICT
CREATE TABLE "commitment" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "operation" INTEGER REFERENCES "operation" ("id") DEFERRABLE INITIALLY DEFERRED, "pledged_by" TEXT NOT NULL, "what" TEXT NOT NULL, "amount" REAL, "unit" TEXT, "pledged_on" TEXT, "source" TEXT NOT NULL) STRICT
CREATE TABLE "comparison" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "run" INTEGER NOT NULL REFERENCES "run" ("id") DEFERRABLE INITIALLY DEFERRED, "profile" INTEGER NOT NULL REFERENCES "profile" ("id") DEFERRABLE INITIALLY DEFERRED, "person" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "family" INTEGER NOT NULL REFERENCES "family" ("id") DEFERRABLE INITIALLY DEFERRED, "log10_lr" REAL NOT NULL, "per_marker" TEXT NOT NULL, "n_markers" INTEGER NOT NULL, "mismatches" INTEGER NOT NULL, "posterior" REAL, "complement" REAL, "is_proposed" INTEGER, "inputs" TEXT NOT NULL, "parts" TEXT) STRICT
CREATE TABLE "contradiction" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "kind" TEXT NOT NULL, "identification" INTEGER REFERENCES "identification" ("id") DEFERRABLE INITIALLY DEFERRED, "individual" INTEGER REFERENCES "individual" ("id") DEFERRABLE INITIALLY DEFERRED, "specimen" INTEGER REFERENCES "specimen" ("id") DEFERRABLE INITIALLY DEFERRED, "other" INTEGER REFERENCES "specimen" ("id") DEFERRABLE INITIALLY DEFERRED, "text" TEXT NOT NULL, "state" TEXT NOT NULL, "reason" TEXT) STRICT
CREATE TABLE "custody" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "item_kind" TEXT NOT NULL, "item" INTEGER NOT NULL, "number" INTEGER NOT NULL, "at" TEXT NOT NULL, "action" TEXT NOT NULL, "from_holder" TEXT, "to_holder" TEXT NOT NULL, "seal" TEXT, "seal_state" TEXT, "place" TEXT, "note" TEXT) STRICT
CREATE TABLE "decision" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "identification" INTEGER NOT NULL REFERENCES "identification" ("id") DEFERRABLE INITIALLY DEFERRED, "number" INTEGER NOT NULL, "action" TEXT NOT NULL, "actor" INTEGER NOT NULL REFERENCES "actor" ("id") DEFERRABLE INITIALLY DEFERRED, "reason" TEXT NOT NULL, "policy" INTEGER REFERENCES "policy" ("id") DEFERRABLE INITIALLY DEFERRED, "stood_on" TEXT NOT NULL, "report" TEXT) STRICT
CREATE TABLE "delivery" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "commitment" INTEGER REFERENCES "commitment" ("id") DEFERRABLE INITIALLY DEFERRED, "kind" TEXT NOT NULL, "amount" REAL, "unit" TEXT, "delivered_on" TEXT, "source" TEXT NOT NULL) STRICT
CREATE TABLE "descent" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "pedigree" INTEGER NOT NULL REFERENCES "pedigree" ("id") DEFERRABLE INITIALLY DEFERRED, "person" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "father" INTEGER REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "mother" INTEGER REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "rank" INTEGER NOT NULL) STRICT
CREATE TABLE "document" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "title" TEXT, "kind" TEXT, "archive" TEXT, "reference" TEXT, "written_on" TEXT, "weight" REAL, "note" TEXT) STRICT
CREATE TABLE "dossier" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "person" INTEGER REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "site" INTEGER REFERENCES "site" ("id") DEFERRABLE INITIALLY DEFERRED, "state" TEXT NOT NULL, "opened_on" TEXT, "note" TEXT) STRICT
CREATE TABLE "family" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "investigation" INTEGER NOT NULL REFERENCES "investigation" ("id") DEFERRABLE INITIALLY DEFERRED, "label" TEXT, "state" TEXT NOT NULL, "note" TEXT) STRICT
CREATE TABLE "family_member" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "family" INTEGER NOT NULL REFERENCES "family" ("id") DEFERRABLE INITIALLY DEFERRED, "person" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "label" TEXT, "relation" TEXT, "is_missing" INTEGER, "rank" INTEGER) STRICT
CREATE TABLE "finding" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "kind" TEXT NOT NULL, "family" INTEGER REFERENCES "family" ("id") DEFERRABLE INITIALLY DEFERRED, "profile" INTEGER REFERENCES "profile" ("id") DEFERRABLE INITIALLY DEFERRED, "other" INTEGER REFERENCES "profile" ("id") DEFERRABLE INITIALLY DEFERRED, "log10_lr" REAL, "text" TEXT NOT NULL, "state" TEXT NOT NULL) STRICT
CREATE TABLE "frequency" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "frequency_table" INTEGER NOT NULL REFERENCES "frequency_table" ("id") DEFERRABLE INITIALLY DEFERRED, "marker" INTEGER NOT NULL REFERENCES "marker" ("id") DEFERRABLE INITIALLY DEFERRED, "allele" TEXT NOT NULL, "rank" INTEGER NOT NULL, "frequency" REAL NOT NULL) STRICT
CREATE TABLE "frequency_marker" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "frequency_table" INTEGER NOT NULL REFERENCES "frequency_table" ("id") DEFERRABLE INITIALLY DEFERRED, "marker" INTEGER NOT NULL REFERENCES "marker" ("id") DEFERRABLE INITIALLY DEFERRED, "rank" INTEGER NOT NULL, "two_n" INTEGER, "sum" REAL, "silent_allele" TEXT, "mutation_model" TEXT NOT NULL, "mutation_transform" TEXT, "rate_female" REAL, "rate_male" REAL, "rate2_female" REAL, "rate2_male" REAL, "range_female" REAL, "range_male" REAL, "matrix_female" TEXT, "matrix_male" TEXT, "finding" TEXT) STRICT
CREATE TABLE "frequency_table" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "population" INTEGER REFERENCES "population" ("id") DEFERRABLE INITIALLY DEFERRED, "source" TEXT, "n" INTEGER, "minimum_policy" TEXT NOT NULL, "minimum" REAL, "normalisation" TEXT NOT NULL, "status" TEXT NOT NULL, "finding" TEXT, "note" TEXT) STRICT
CREATE TABLE "genetic_map" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "source" TEXT, "build" TEXT NOT NULL, "digest" TEXT NOT NULL, "table" TEXT NOT NULL) STRICT
CREATE TABLE "handover" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "identification" INTEGER REFERENCES "identification" ("id") DEFERRABLE INITIALLY DEFERRED, "operation" INTEGER REFERENCES "operation" ("id") DEFERRABLE INITIALLY DEFERRED, "handed_on" TEXT NOT NULL, "recipient" TEXT NOT NULL, "place" TEXT, "minutes" TEXT, "note" TEXT) STRICT
CREATE TABLE "handover_item" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "handover" INTEGER NOT NULL REFERENCES "handover" ("id") DEFERRABLE INITIALLY DEFERRED, "item_kind" TEXT NOT NULL, "item" INTEGER NOT NULL) STRICT
CREATE TABLE "haplotype" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "line" TEXT NOT NULL, "person" INTEGER REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "sample" INTEGER REFERENCES "sample" ("id") DEFERRABLE INITIALLY DEFERRED, "ranges" TEXT, "haplotype" TEXT NOT NULL, "laboratory" TEXT, "typed_on" TEXT, "label" TEXT, "note" TEXT) STRICT
CREATE TABLE "haplotype_table" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "line" TEXT NOT NULL, "population" INTEGER REFERENCES "population" ("id") DEFERRABLE INITIALLY DEFERRED, "n" INTEGER NOT NULL, "source" TEXT, "digest" TEXT NOT NULL, "table" TEXT NOT NULL) STRICT
CREATE TABLE "hazard" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "site" INTEGER NOT NULL REFERENCES "site" ("id") DEFERRABLE INITIALLY DEFERRED, "kind" TEXT NOT NULL, "source" TEXT NOT NULL, "level" TEXT, "assessed_on" TEXT, "cleared_on" TEXT, "note" TEXT) STRICT
CREATE TABLE "identification" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "person" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "sample" INTEGER NOT NULL REFERENCES "sample" ("id") DEFERRABLE INITIALLY DEFERRED, "comparison" INTEGER REFERENCES "comparison" ("id") DEFERRABLE INITIALLY DEFERRED, "state" TEXT NOT NULL, "proposed_by" INTEGER REFERENCES "actor" ("id") DEFERRABLE INITIALLY DEFERRED, "evidence" TEXT, "report" TEXT, "reason" TEXT) STRICT
CREATE TABLE "import" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "digest" TEXT NOT NULL, "file" TEXT NOT NULL, "format" TEXT NOT NULL, "kind" TEXT, "bytes" INTEGER, "added" INTEGER, "changed" INTEGER, "summary" TEXT) STRICT
CREATE TABLE "individual" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "investigation" INTEGER NOT NULL REFERENCES "investigation" ("id") DEFERRABLE INITIALLY DEFERRED, "state" TEXT NOT NULL, "probability" REAL, "evidence" TEXT, "reason" TEXT) STRICT
CREATE TABLE "individual_member" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "individual" INTEGER NOT NULL REFERENCES "individual" ("id") DEFERRABLE INITIALLY DEFERRED, "item_kind" TEXT NOT NULL, "item" INTEGER NOT NULL, "probability" REAL) STRICT
CREATE TABLE "investigation" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "frequency_table" INTEGER REFERENCES "frequency_table" ("id") DEFERRABLE INITIALLY DEFERRED, "theta" REAL, "reference" TEXT, "description" TEXT, "snp_panel" INTEGER REFERENCES "snp_panel" ("id") DEFERRABLE INITIALLY DEFERRED, "snp_population" TEXT, "mt_table" INTEGER REFERENCES "haplotype_table" ("id") DEFERRABLE INITIALLY DEFERRED, "y_table" INTEGER REFERENCES "haplotype_table" ("id") DEFERRABLE INITIALLY DEFERRED) STRICT
CREATE TABLE "item_number" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "item_kind" TEXT NOT NULL, "item" INTEGER NOT NULL, "system" TEXT NOT NULL, "number" TEXT NOT NULL) STRICT
CREATE TABLE "joint_pair" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "run" INTEGER NOT NULL REFERENCES "run" ("id") DEFERRABLE INITIALLY DEFERRED, "profile" INTEGER NOT NULL REFERENCES "profile" ("id") DEFERRABLE INITIALLY DEFERRED, "person" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "posterior" REAL NOT NULL, "complement" REAL NOT NULL, "log10_glr" REAL, "log10_prior" REAL, "is_best" INTEGER, "standing" TEXT NOT NULL) STRICT
CREATE TABLE "joint_remains" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "run" INTEGER NOT NULL REFERENCES "run" ("id") DEFERRABLE INITIALLY DEFERRED, "profile" INTEGER NOT NULL REFERENCES "profile" ("id") DEFERRABLE INITIALLY DEFERRED, "none" REAL NOT NULL, "component" INTEGER NOT NULL, "is_exact" INTEGER) STRICT
CREATE TABLE "linkage" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "investigation" INTEGER NOT NULL REFERENCES "investigation" ("id") DEFERRABLE INITIALLY DEFERRED, "group" INTEGER NOT NULL, "rank" INTEGER NOT NULL, "marker" INTEGER NOT NULL REFERENCES "marker" ("id") DEFERRABLE INITIALLY DEFERRED, "recombination" REAL) STRICT
CREATE TABLE "marker" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "chromosome" TEXT, "position_cm" REAL, "position_bp" INTEGER, "type" TEXT NOT NULL, "note" TEXT) STRICT
CREATE TABLE "marker_alias" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "alias" TEXT NOT NULL, "marker" INTEGER NOT NULL REFERENCES "marker" ("id") DEFERRABLE INITIALLY DEFERRED) STRICT
CREATE TABLE "measurement" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "specimen" INTEGER NOT NULL REFERENCES "specimen" ("id") DEFERRABLE INITIALLY DEFERRED, "name" TEXT NOT NULL, "number" INTEGER NOT NULL, "value_mm" REAL NOT NULL, "observer" TEXT, "note" TEXT) STRICT
CREATE TABLE "name_word" ("id" INTEGER PRIMARY KEY, "word" TEXT NOT NULL, "name" INTEGER NOT NULL REFERENCES "person_name" ("id") DEFERRABLE INITIALLY DEFERRED) STRICT
CREATE TABLE "operation" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "name" TEXT, "kind" TEXT, "began_on" TEXT, "ended_on" TEXT, "partners" TEXT, "result" TEXT, "source" TEXT) STRICT
CREATE TABLE "panel" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "kind" TEXT NOT NULL, "name" TEXT, "manufacturer" TEXT, "note" TEXT) STRICT
CREATE TABLE "panel_marker" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "panel" INTEGER NOT NULL REFERENCES "panel" ("id") DEFERRABLE INITIALLY DEFERRED, "rank" INTEGER NOT NULL, "marker" INTEGER NOT NULL REFERENCES "marker" ("id") DEFERRABLE INITIALLY DEFERRED) STRICT
CREATE TABLE "pedigree" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "family" INTEGER NOT NULL REFERENCES "family" ("id") DEFERRABLE INITIALLY DEFERRED, "code" TEXT NOT NULL, "rank" INTEGER NOT NULL, "status" TEXT NOT NULL, "note" TEXT) STRICT
CREATE TABLE "pedigree_identity" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "pedigree" INTEGER NOT NULL REFERENCES "pedigree" ("id") DEFERRABLE INITIALLY DEFERRED, "person" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "other" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "kind" TEXT) STRICT
CREATE TABLE "person" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "sex" TEXT NOT NULL, "role" TEXT NOT NULL, "consent" TEXT, "consent_on" TEXT, "note" TEXT) STRICT
CREATE TABLE "person_name" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "person" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "kind" TEXT NOT NULL, "name" TEXT NOT NULL, "surname" TEXT, "middle" TEXT, "given" TEXT, "source" TEXT) STRICT
CREATE TABLE "policy" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "investigation" INTEGER REFERENCES "investigation" ("id") DEFERRABLE INITIALLY DEFERRED, "posterior" REAL, "log10_lr" REAL, "alternative_log10_lr" REAL, "markers" INTEGER, "reviewers" INTEGER, "joint" INTEGER, "note" TEXT) STRICT
CREATE TABLE "population" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "name" TEXT, "note" TEXT) STRICT
CREATE TABLE "power" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "run" INTEGER NOT NULL REFERENCES "run" ("id") DEFERRABLE INITIALLY DEFERRED, "person" INTEGER NOT NULL REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "family" INTEGER NOT NULL REFERENCES "family" ("id") DEFERRABLE INITIALLY DEFERRED, "expected_log10_lr" REAL, "needed_log10_lr" REAL, "left_out" TEXT, "exclusion" REAL, "pass" REAL) STRICT
CREATE TABLE "prior_factor" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "investigation" INTEGER NOT NULL REFERENCES "investigation" ("id") DEFERRABLE INITIALLY DEFERRED, "factor" TEXT NOT NULL, "is_used" INTEGER NOT NULL, "parameters" TEXT, "source" TEXT) STRICT
CREATE TABLE "profile" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "person" INTEGER REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "sample" INTEGER REFERENCES "sample" ("id") DEFERRABLE INITIALLY DEFERRED, "panel" INTEGER NOT NULL REFERENCES "panel" ("id") DEFERRABLE INITIALLY DEFERRED, "observations" TEXT NOT NULL, "use" TEXT NOT NULL, "replicate" INTEGER, "rule" TEXT, "kit" TEXT, "laboratory" TEXT, "analyst" TEXT, "second_analyst" TEXT, "typed_on" TEXT, "dropout" REAL, "drop_in" REAL, "label" TEXT, "note" TEXT) STRICT
CREATE TABLE "profile_source" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "consensus" INTEGER NOT NULL REFERENCES "profile" ("id") DEFERRABLE INITIALLY DEFERRED, "replicate" INTEGER NOT NULL REFERENCES "profile" ("id") DEFERRABLE INITIALLY DEFERRED) STRICT
CREATE TABLE "review" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "identification" INTEGER NOT NULL REFERENCES "identification" ("id") DEFERRABLE INITIALLY DEFERRED, "reviewer" INTEGER NOT NULL REFERENCES "actor" ("id") DEFERRABLE INITIALLY DEFERRED, "number" INTEGER NOT NULL, "verdict" TEXT NOT NULL, "reason" TEXT NOT NULL) STRICT
CREATE TABLE "revision" ("id" INTEGER PRIMARY KEY, "kind" TEXT NOT NULL, "record" INTEGER NOT NULL, "entry" INTEGER NOT NULL, "replaced_by" INTEGER NOT NULL, "content" BLOB NOT NULL) STRICT
CREATE TABLE "run" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "investigation" INTEGER NOT NULL REFERENCES "investigation" ("id") DEFERRABLE INITIALLY DEFERRED, "program" TEXT NOT NULL, "parameters" TEXT NOT NULL, "inputs" TEXT NOT NULL, "n_remains" INTEGER NOT NULL, "n_missing" INTEGER NOT NULL, "n_families" INTEGER NOT NULL, "n_pairs" INTEGER NOT NULL, "n_stored" INTEGER NOT NULL) STRICT
CREATE TABLE "sample" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "investigation" INTEGER NOT NULL REFERENCES "investigation" ("id") DEFERRABLE INITIALLY DEFERRED, "specimen" INTEGER REFERENCES "specimen" ("id") DEFERRABLE INITIALLY DEFERRED, "person" INTEGER REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "parent" INTEGER REFERENCES "sample" ("id") DEFERRABLE INITIALLY DEFERRED, "kind" TEXT, "sex" TEXT, "taken_on" TEXT, "mass_mg" REAL, "label" TEXT, "note" TEXT) STRICT
CREATE TABLE "site" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "name" TEXT, "kind" TEXT, "place" TEXT, "latitude" REAL, "longitude" REAL, "uncertainty_m" REAL, "as_given" TEXT, "datum" TEXT, "state" TEXT NOT NULL, "note" TEXT) STRICT
CREATE TABLE "site_search" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "site" INTEGER NOT NULL REFERENCES "site" ("id") DEFERRABLE INITIALLY DEFERRED, "began_on" TEXT NOT NULL, "method" TEXT NOT NULL, "ended_on" TEXT, "operation" INTEGER REFERENCES "operation" ("id") DEFERRABLE INITIALLY DEFERRED, "area_m2" REAL, "person_days" REAL, "result" TEXT) STRICT
CREATE TABLE "snp_panel" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "name" TEXT, "source" TEXT, "n_markers" INTEGER NOT NULL, "digest" TEXT NOT NULL, "table" TEXT NOT NULL) STRICT
CREATE TABLE "snp_profile" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "person" INTEGER REFERENCES "person" ("id") DEFERRABLE INITIALLY DEFERRED, "sample" INTEGER REFERENCES "sample" ("id") DEFERRABLE INITIALLY DEFERRED, "snp_panel" INTEGER NOT NULL REFERENCES "snp_panel" ("id") DEFERRABLE INITIALLY DEFERRED, "likelihoods" TEXT NOT NULL, "n_known" INTEGER NOT NULL, "coverage" REAL, "how" TEXT, "use" TEXT NOT NULL, "replicate" INTEGER, "laboratory" TEXT, "typed_on" TEXT, "label" TEXT, "note" TEXT) STRICT
CREATE TABLE "specimen" ("id" INTEGER PRIMARY KEY, "row_withdrawn" TEXT, "row_entry" INTEGER NOT NULL, "row_digest" INTEGER NOT NULL, "code" TEXT NOT NULL, "accession" INTEGER REFERENCES "accession" ("id") DEFERRABLE INITIALLY DEFERRED, "element" TEXT NOT NULL, "side" TEXT, "portion" TEXT, "completeness" REAL, "sex" TEXT, "note" TEXT, "age_from" REAL, "age_to" REAL, "stature_cm" REAL, "stature_se_cm" REAL, "zones" TEXT, "east_m" REAL, "north_m" REAL, "depth_m" REAL) STRICT
CREATE TABLE "tally" ("id" INTEGER PRIMARY KEY, "kind" TEXT NOT NULL, "word" TEXT NOT NULL, "n" INTEGER NOT NULL) STRICT
CREATE INDEX "accession_by_operation" ON "accession" ("operation") WHERE "operation" IS NOT NULL
CREATE INDEX "accession_by_site" ON "accession" ("site") WHERE "site" IS NOT NULL
CREATE UNIQUE INDEX "accession_unique" ON "accession" ("code")
CREATE INDEX "accession_withdrawn" ON "accession" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "actor_by_login" ON "actor" ("login") WHERE "login" IS NOT NULL
CREATE UNIQUE INDEX "actor_unique" ON "actor" ("code")
CREATE INDEX "actor_withdrawn" ON "actor" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "assertion_by_document" ON "assertion" ("document") WHERE "document" IS NOT NULL
CREATE UNIQUE INDEX "assertion_unique" ON "assertion" ("dossier", "field", "value", "source")
CREATE INDEX "assertion_withdrawn" ON "assertion" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "audit_part_unique" ON "audit_part" ("entry", "kind")
CREATE INDEX "commitment_by_operation" ON "commitment" ("operation") WHERE "operation" IS NOT NULL
CREATE UNIQUE INDEX "commitment_unique" ON "commitment" ("code")
CREATE INDEX "commitment_withdrawn" ON "commitment" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "comparison_by_person" ON "comparison" ("person")
CREATE UNIQUE INDEX "comparison_unique" ON "comparison" ("run", "profile", "person", "family")
CREATE INDEX "comparison_withdrawn" ON "comparison" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "contradiction_by_identification" ON "contradiction" ("identification") WHERE "identification" IS NOT NULL
CREATE INDEX "contradiction_by_individual" ON "contradiction" ("individual") WHERE "individual" IS NOT NULL
CREATE INDEX "contradiction_by_specimen" ON "contradiction" ("specimen") WHERE "specimen" IS NOT NULL
CREATE UNIQUE INDEX "contradiction_unique" ON "contradiction" ("code")
CREATE INDEX "contradiction_withdrawn" ON "contradiction" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "custody_unique" ON "custody" ("item_kind", "item", "number")
CREATE INDEX "custody_withdrawn" ON "custody" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "decision_unique" ON "decision" ("identification", "number")
CREATE INDEX "decision_withdrawn" ON "decision" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "delivery_by_commitment" ON "delivery" ("commitment") WHERE "commitment" IS NOT NULL
CREATE UNIQUE INDEX "delivery_unique" ON "delivery" ("code")
CREATE INDEX "delivery_withdrawn" ON "delivery" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "descent_unique" ON "descent" ("pedigree", "person")
CREATE INDEX "descent_withdrawn" ON "descent" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "document_unique" ON "document" ("code")
CREATE INDEX "document_withdrawn" ON "document" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "dossier_by_person" ON "dossier" ("person") WHERE "person" IS NOT NULL
CREATE UNIQUE INDEX "dossier_unique" ON "dossier" ("code")
CREATE INDEX "dossier_withdrawn" ON "dossier" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "family_by_investigation" ON "family" ("investigation")
CREATE UNIQUE INDEX "family_unique" ON "family" ("code")
CREATE INDEX "family_withdrawn" ON "family" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "family_member_by_is_missing" ON "family_member" ("family") WHERE "is_missing"=1
CREATE INDEX "family_member_by_person" ON "family_member" ("person")
CREATE UNIQUE INDEX "family_member_unique" ON "family_member" ("family", "person")
CREATE INDEX "family_member_withdrawn" ON "family_member" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "finding_by_family" ON "finding" ("family") WHERE "family" IS NOT NULL
CREATE INDEX "finding_by_profile" ON "finding" ("profile") WHERE "profile" IS NOT NULL
CREATE UNIQUE INDEX "finding_unique" ON "finding" ("code")
CREATE INDEX "finding_withdrawn" ON "finding" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "frequency_unique" ON "frequency" ("frequency_table", "marker", "allele")
CREATE INDEX "frequency_withdrawn" ON "frequency" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "frequency_marker_unique" ON "frequency_marker" ("frequency_table", "marker")
CREATE INDEX "frequency_marker_withdrawn" ON "frequency_marker" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "frequency_table_by_population" ON "frequency_table" ("population") WHERE "population" IS NOT NULL
CREATE UNIQUE INDEX "frequency_table_unique" ON "frequency_table" ("code")
CREATE INDEX "frequency_table_withdrawn" ON "frequency_table" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "genetic_map_unique" ON "genetic_map" ("code")
CREATE INDEX "genetic_map_withdrawn" ON "genetic_map" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "handover_by_identification" ON "handover" ("identification") WHERE "identification" IS NOT NULL
CREATE INDEX "handover_by_operation" ON "handover" ("operation") WHERE "operation" IS NOT NULL
CREATE UNIQUE INDEX "handover_unique" ON "handover" ("code")
CREATE INDEX "handover_withdrawn" ON "handover" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "handover_item_unique" ON "handover_item" ("handover", "item_kind", "item")
CREATE INDEX "handover_item_withdrawn" ON "handover_item" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "haplotype_by_person" ON "haplotype" ("person") WHERE "person" IS NOT NULL
CREATE INDEX "haplotype_by_sample" ON "haplotype" ("sample") WHERE "sample" IS NOT NULL
CREATE UNIQUE INDEX "haplotype_unique" ON "haplotype" ("code")
CREATE INDEX "haplotype_withdrawn" ON "haplotype" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "haplotype_table_by_population" ON "haplotype_table" ("population") WHERE "population" IS NOT NULL
CREATE UNIQUE INDEX "haplotype_table_unique" ON "haplotype_table" ("code")
CREATE INDEX "haplotype_table_withdrawn" ON "haplotype_table" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "hazard_unique" ON "hazard" ("site", "kind", "source")
CREATE INDEX "hazard_withdrawn" ON "hazard" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "identification_by_person" ON "identification" ("person")
CREATE INDEX "identification_by_sample" ON "identification" ("sample")
CREATE UNIQUE INDEX "identification_unique" ON "identification" ("code")
CREATE INDEX "identification_withdrawn" ON "identification" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "import_unique" ON "import" ("digest")
CREATE INDEX "import_withdrawn" ON "import" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "individual_by_investigation" ON "individual" ("investigation")
CREATE UNIQUE INDEX "individual_unique" ON "individual" ("code")
CREATE INDEX "individual_withdrawn" ON "individual" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "individual_member_by_item" ON "individual_member" ("item")
CREATE UNIQUE INDEX "individual_member_unique" ON "individual_member" ("individual", "item_kind", "item")
CREATE INDEX "individual_member_withdrawn" ON "individual_member" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "investigation_unique" ON "investigation" ("code")
CREATE INDEX "investigation_withdrawn" ON "investigation" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "item_number_by_number" ON "item_number" ("number")
CREATE UNIQUE INDEX "item_number_unique" ON "item_number" ("item_kind", "item", "system", "number")
CREATE INDEX "item_number_withdrawn" ON "item_number" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "joint_pair_by_person" ON "joint_pair" ("person")
CREATE UNIQUE INDEX "joint_pair_unique" ON "joint_pair" ("run", "profile", "person")
CREATE INDEX "joint_pair_withdrawn" ON "joint_pair" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "joint_remains_unique" ON "joint_remains" ("run", "profile")
CREATE INDEX "joint_remains_withdrawn" ON "joint_remains" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "linkage_unique" ON "linkage" ("investigation", "group", "rank")
CREATE INDEX "linkage_withdrawn" ON "linkage" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "marker_unique" ON "marker" ("code")
CREATE INDEX "marker_withdrawn" ON "marker" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "marker_alias_unique" ON "marker_alias" ("alias")
CREATE INDEX "marker_alias_withdrawn" ON "marker_alias" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "measurement_unique" ON "measurement" ("specimen", "name", "number")
CREATE INDEX "measurement_withdrawn" ON "measurement" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "name_word_unique" ON "name_word" ("word", "name")
CREATE UNIQUE INDEX "operation_unique" ON "operation" ("code")
CREATE INDEX "operation_withdrawn" ON "operation" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "panel_unique" ON "panel" ("code")
CREATE INDEX "panel_withdrawn" ON "panel" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "panel_marker_unique" ON "panel_marker" ("panel", "rank")
CREATE INDEX "panel_marker_withdrawn" ON "panel_marker" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "pedigree_unique" ON "pedigree" ("family", "code")
CREATE INDEX "pedigree_withdrawn" ON "pedigree" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "pedigree_identity_unique" ON "pedigree_identity" ("pedigree", "person", "other")
CREATE INDEX "pedigree_identity_withdrawn" ON "pedigree_identity" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "person_unique" ON "person" ("code")
CREATE INDEX "person_withdrawn" ON "person" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "person_name_unique" ON "person_name" ("person", "kind", "name")
CREATE INDEX "person_name_withdrawn" ON "person_name" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "policy_by_investigation" ON "policy" ("investigation") WHERE "investigation" IS NOT NULL
CREATE UNIQUE INDEX "policy_unique" ON "policy" ("code")
CREATE INDEX "policy_withdrawn" ON "policy" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "population_unique" ON "population" ("code")
CREATE INDEX "population_withdrawn" ON "population" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "power_by_person" ON "power" ("person")
CREATE UNIQUE INDEX "power_unique" ON "power" ("run", "person", "family")
CREATE INDEX "power_withdrawn" ON "power" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "prior_factor_unique" ON "prior_factor" ("investigation", "factor")
CREATE INDEX "prior_factor_withdrawn" ON "prior_factor" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "profile_by_person" ON "profile" ("person") WHERE "person" IS NOT NULL
CREATE INDEX "profile_by_sample" ON "profile" ("sample") WHERE "sample" IS NOT NULL
CREATE UNIQUE INDEX "profile_unique" ON "profile" ("code")
CREATE INDEX "profile_withdrawn" ON "profile" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "profile_source_by_replicate" ON "profile_source" ("replicate")
CREATE UNIQUE INDEX "profile_source_unique" ON "profile_source" ("consensus", "replicate")
CREATE INDEX "profile_source_withdrawn" ON "profile_source" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "review_unique" ON "review" ("identification", "reviewer", "number")
CREATE INDEX "review_withdrawn" ON "review" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "revision_by_record" ON "revision" ("kind", "record")
CREATE INDEX "revision_by_replaced_by" ON "revision" ("replaced_by")
CREATE INDEX "run_by_investigation" ON "run" ("investigation")
CREATE UNIQUE INDEX "run_unique" ON "run" ("code")
CREATE INDEX "run_withdrawn" ON "run" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "sample_by_investigation" ON "sample" ("investigation")
CREATE INDEX "sample_by_parent" ON "sample" ("parent") WHERE "parent" IS NOT NULL
CREATE INDEX "sample_by_person" ON "sample" ("person") WHERE "person" IS NOT NULL
CREATE INDEX "sample_by_specimen" ON "sample" ("specimen") WHERE "specimen" IS NOT NULL
CREATE UNIQUE INDEX "sample_unique" ON "sample" ("code")
CREATE INDEX "sample_withdrawn" ON "sample" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "site_unique" ON "site" ("code")
CREATE INDEX "site_withdrawn" ON "site" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "site_search_by_operation" ON "site_search" ("operation") WHERE "operation" IS NOT NULL
CREATE UNIQUE INDEX "site_search_unique" ON "site_search" ("site", "began_on", "method")
CREATE INDEX "site_search_withdrawn" ON "site_search" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "snp_panel_unique" ON "snp_panel" ("code")
CREATE INDEX "snp_panel_withdrawn" ON "snp_panel" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "snp_profile_by_person" ON "snp_profile" ("person") WHERE "person" IS NOT NULL
CREATE INDEX "snp_profile_by_sample" ON "snp_profile" ("sample") WHERE "sample" IS NOT NULL
CREATE INDEX "snp_profile_by_snp_panel" ON "snp_profile" ("snp_panel")
CREATE UNIQUE INDEX "snp_profile_unique" ON "snp_profile" ("code")
CREATE INDEX "snp_profile_withdrawn" ON "snp_profile" ("id") WHERE row_withdrawn IS NOT NULL
CREATE INDEX "specimen_by_accession" ON "specimen" ("accession") WHERE "accession" IS NOT NULL
CREATE UNIQUE INDEX "specimen_unique" ON "specimen" ("code")
CREATE INDEX "specimen_withdrawn" ON "specimen" ("id") WHERE row_withdrawn IS NOT NULL
CREATE UNIQUE INDEX "tally_unique" ON "tally" ("kind", "word")
CREATE TRIGGER "accession_is_fixed" BEFORE UPDATE ON "accession" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of accession are never renumbered'); END
CREATE TRIGGER "accession_stays" BEFORE DELETE ON "accession" BEGIN SELECT RAISE(ABORT, 'rows of accession are never deleted'); END
CREATE TRIGGER "actor_is_fixed" BEFORE UPDATE ON "actor" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of actor are never renumbered'); END
CREATE TRIGGER "actor_stays" BEFORE DELETE ON "actor" BEGIN SELECT RAISE(ABORT, 'rows of actor are never deleted'); END
CREATE TRIGGER "assertion_is_fixed" BEFORE UPDATE ON "assertion" WHEN NEW."id" IS NOT OLD."id" OR NEW."dossier" IS NOT OLD."dossier" OR NEW."field" IS NOT OLD."field" OR NEW."value" IS NOT OLD."value" OR NEW."source" IS NOT OLD."source" OR NEW."document" IS NOT OLD."document" OR NEW."weight" IS NOT OLD."weight" OR NEW."asserted_on" IS NOT OLD."asserted_on" OR NEW."note" IS NOT OLD."note" BEGIN SELECT RAISE(ABORT, 'rows of assertion are never changed'); END
CREATE TRIGGER "assertion_stays" BEFORE DELETE ON "assertion" BEGIN SELECT RAISE(ABORT, 'rows of assertion are never deleted'); END
CREATE TRIGGER "audit_entry_is_fixed" BEFORE UPDATE ON "audit_entry" BEGIN SELECT RAISE(ABORT, 'rows of audit_entry are never changed'); END
CREATE TRIGGER "audit_entry_stays" BEFORE DELETE ON "audit_entry" BEGIN SELECT RAISE(ABORT, 'rows of audit_entry are never deleted'); END
CREATE TRIGGER "audit_part_is_fixed" BEFORE UPDATE ON "audit_part" BEGIN SELECT RAISE(ABORT, 'rows of audit_part are never changed'); END
CREATE TRIGGER "audit_part_stays" BEFORE DELETE ON "audit_part" BEGIN SELECT RAISE(ABORT, 'rows of audit_part are never deleted'); END
CREATE TRIGGER "commitment_is_fixed" BEFORE UPDATE ON "commitment" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of commitment are never renumbered'); END
CREATE TRIGGER "commitment_stays" BEFORE DELETE ON "commitment" BEGIN SELECT RAISE(ABORT, 'rows of commitment are never deleted'); END
CREATE TRIGGER "comparison_is_fixed" BEFORE UPDATE ON "comparison" WHEN NEW."id" IS NOT OLD."id" OR NEW."run" IS NOT OLD."run" OR NEW."profile" IS NOT OLD."profile" OR NEW."person" IS NOT OLD."person" OR NEW."family" IS NOT OLD."family" OR NEW."log10_lr" IS NOT OLD."log10_lr" OR NEW."per_marker" IS NOT OLD."per_marker" OR NEW."n_markers" IS NOT OLD."n_markers" OR NEW."mismatches" IS NOT OLD."mismatches" OR NEW."posterior" IS NOT OLD."posterior" OR NEW."complement" IS NOT OLD."complement" OR NEW."is_proposed" IS NOT OLD."is_proposed" OR NEW."inputs" IS NOT OLD."inputs" OR NEW."parts" IS NOT OLD."parts" BEGIN SELECT RAISE(ABORT, 'rows of comparison are never changed'); END
CREATE TRIGGER "comparison_stays" BEFORE DELETE ON "comparison" BEGIN SELECT RAISE(ABORT, 'rows of comparison are never deleted'); END
CREATE TRIGGER "contradiction_is_fixed" BEFORE UPDATE ON "contradiction" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of contradiction are never renumbered'); END
CREATE TRIGGER "contradiction_stays" BEFORE DELETE ON "contradiction" BEGIN SELECT RAISE(ABORT, 'rows of contradiction are never deleted'); END
CREATE TRIGGER "custody_is_fixed" BEFORE UPDATE ON "custody" WHEN NEW."id" IS NOT OLD."id" OR NEW."item_kind" IS NOT OLD."item_kind" OR NEW."item" IS NOT OLD."item" OR NEW."number" IS NOT OLD."number" OR NEW."at" IS NOT OLD."at" OR NEW."action" IS NOT OLD."action" OR NEW."from_holder" IS NOT OLD."from_holder" OR NEW."to_holder" IS NOT OLD."to_holder" OR NEW."seal" IS NOT OLD."seal" OR NEW."seal_state" IS NOT OLD."seal_state" OR NEW."place" IS NOT OLD."place" OR NEW."note" IS NOT OLD."note" BEGIN SELECT RAISE(ABORT, 'rows of custody are never changed'); END
CREATE TRIGGER "custody_stays" BEFORE DELETE ON "custody" BEGIN SELECT RAISE(ABORT, 'rows of custody are never deleted'); END
CREATE TRIGGER "decision_is_fixed" BEFORE UPDATE ON "decision" WHEN NEW."id" IS NOT OLD."id" OR NEW."identification" IS NOT OLD."identification" OR NEW."number" IS NOT OLD."number" OR NEW."action" IS NOT OLD."action" OR NEW."actor" IS NOT OLD."actor" OR NEW."reason" IS NOT OLD."reason" OR NEW."policy" IS NOT OLD."policy" OR NEW."stood_on" IS NOT OLD."stood_on" OR NEW."report" IS NOT OLD."report" BEGIN SELECT RAISE(ABORT, 'rows of decision are never changed'); END
CREATE TRIGGER "decision_stays" BEFORE DELETE ON "decision" BEGIN SELECT RAISE(ABORT, 'rows of decision are never deleted'); END
CREATE TRIGGER "delivery_is_fixed" BEFORE UPDATE ON "delivery" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of delivery are never renumbered'); END
CREATE TRIGGER "delivery_stays" BEFORE DELETE ON "delivery" BEGIN SELECT RAISE(ABORT, 'rows of delivery are never deleted'); END
CREATE TRIGGER "descent_is_fixed" BEFORE UPDATE ON "descent" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of descent are never renumbered'); END
CREATE TRIGGER "descent_stays" BEFORE DELETE ON "descent" BEGIN SELECT RAISE(ABORT, 'rows of descent are never deleted'); END
CREATE TRIGGER "document_is_fixed" BEFORE UPDATE ON "document" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of document are never renumbered'); END
CREATE TRIGGER "document_stays" BEFORE DELETE ON "document" BEGIN SELECT RAISE(ABORT, 'rows of document are never deleted'); END
CREATE TRIGGER "dossier_is_fixed" BEFORE UPDATE ON "dossier" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of dossier are never renumbered'); END
CREATE TRIGGER "dossier_stays" BEFORE DELETE ON "dossier" BEGIN SELECT RAISE(ABORT, 'rows of dossier are never deleted'); END
CREATE TRIGGER "family_is_fixed" BEFORE UPDATE ON "family" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of family are never renumbered'); END
CREATE TRIGGER "family_stays" BEFORE DELETE ON "family" BEGIN SELECT RAISE(ABORT, 'rows of family are never deleted'); END
CREATE TRIGGER "family_member_is_fixed" BEFORE UPDATE ON "family_member" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of family_member are never renumbered'); END
CREATE TRIGGER "family_member_stays" BEFORE DELETE ON "family_member" BEGIN SELECT RAISE(ABORT, 'rows of family_member are never deleted'); END
CREATE TRIGGER "finding_is_fixed" BEFORE UPDATE ON "finding" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of finding are never renumbered'); END
CREATE TRIGGER "finding_stays" BEFORE DELETE ON "finding" BEGIN SELECT RAISE(ABORT, 'rows of finding are never deleted'); END
CREATE TRIGGER "frequency_is_fixed" BEFORE UPDATE ON "frequency" WHEN NEW."id" IS NOT OLD."id" OR NEW."frequency_table" IS NOT OLD."frequency_table" OR NEW."marker" IS NOT OLD."marker" OR NEW."allele" IS NOT OLD."allele" OR NEW."rank" IS NOT OLD."rank" OR NEW."frequency" IS NOT OLD."frequency" BEGIN SELECT RAISE(ABORT, 'rows of frequency are never changed'); END
CREATE TRIGGER "frequency_stays" BEFORE DELETE ON "frequency" BEGIN SELECT RAISE(ABORT, 'rows of frequency are never deleted'); END
CREATE TRIGGER "frequency_marker_is_fixed" BEFORE UPDATE ON "frequency_marker" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of frequency_marker are never renumbered'); END
CREATE TRIGGER "frequency_marker_stays" BEFORE DELETE ON "frequency_marker" BEGIN SELECT RAISE(ABORT, 'rows of frequency_marker are never deleted'); END
CREATE TRIGGER "frequency_table_is_fixed" BEFORE UPDATE ON "frequency_table" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of frequency_table are never renumbered'); END
CREATE TRIGGER "frequency_table_stays" BEFORE DELETE ON "frequency_table" BEGIN SELECT RAISE(ABORT, 'rows of frequency_table are never deleted'); END
CREATE TRIGGER "genetic_map_is_fixed" BEFORE UPDATE ON "genetic_map" WHEN NEW."id" IS NOT OLD."id" OR NEW."code" IS NOT OLD."code" OR NEW."source" IS NOT OLD."source" OR NEW."build" IS NOT OLD."build" OR NEW."digest" IS NOT OLD."digest" OR NEW."table" IS NOT OLD."table" BEGIN SELECT RAISE(ABORT, 'rows of genetic_map are never changed'); END
CREATE TRIGGER "genetic_map_stays" BEFORE DELETE ON "genetic_map" BEGIN SELECT RAISE(ABORT, 'rows of genetic_map are never deleted'); END
CREATE TRIGGER "handover_is_fixed" BEFORE UPDATE ON "handover" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of handover are never renumbered'); END
CREATE TRIGGER "handover_stays" BEFORE DELETE ON "handover" BEGIN SELECT RAISE(ABORT, 'rows of handover are never deleted'); END
CREATE TRIGGER "handover_item_is_fixed" BEFORE UPDATE ON "handover_item" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of handover_item are never renumbered'); END
CREATE TRIGGER "handover_item_stays" BEFORE DELETE ON "handover_item" BEGIN SELECT RAISE(ABORT, 'rows of handover_item are never deleted'); END
CREATE TRIGGER "haplotype_is_fixed" BEFORE UPDATE ON "haplotype" WHEN NEW."id" IS NOT OLD."id" OR NEW."code" IS NOT OLD."code" OR NEW."line" IS NOT OLD."line" OR NEW."person" IS NOT OLD."person" OR NEW."sample" IS NOT OLD."sample" OR NEW."ranges" IS NOT OLD."ranges" OR NEW."haplotype" IS NOT OLD."haplotype" OR NEW."laboratory" IS NOT OLD."laboratory" OR NEW."typed_on" IS NOT OLD."typed_on" OR NEW."label" IS NOT OLD."label" OR NEW."note" IS NOT OLD."note" BEGIN SELECT RAISE(ABORT, 'rows of haplotype are never changed'); END
CREATE TRIGGER "haplotype_stays" BEFORE DELETE ON "haplotype" BEGIN SELECT RAISE(ABORT, 'rows of haplotype are never deleted'); END
CREATE TRIGGER "haplotype_table_is_fixed" BEFORE UPDATE ON "haplotype_table" WHEN NEW."id" IS NOT OLD."id" OR NEW."code" IS NOT OLD."code" OR NEW."line" IS NOT OLD."line" OR NEW."population" IS NOT OLD."population" OR NEW."n" IS NOT OLD."n" OR NEW."source" IS NOT OLD."source" OR NEW."digest" IS NOT OLD."digest" OR NEW."table" IS NOT OLD."table" BEGIN SELECT RAISE(ABORT, 'rows of haplotype_table are never changed'); END
CREATE TRIGGER "haplotype_table_stays" BEFORE DELETE ON "haplotype_table" BEGIN SELECT RAISE(ABORT, 'rows of haplotype_table are never deleted'); END
CREATE TRIGGER "hazard_is_fixed" BEFORE UPDATE ON "hazard" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of hazard are never renumbered'); END
CREATE TRIGGER "hazard_stays" BEFORE DELETE ON "hazard" BEGIN SELECT RAISE(ABORT, 'rows of hazard are never deleted'); END
CREATE TRIGGER "identification_is_fixed" BEFORE UPDATE ON "identification" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of identification are never renumbered'); END
CREATE TRIGGER "identification_stays" BEFORE DELETE ON "identification" BEGIN SELECT RAISE(ABORT, 'rows of identification are never deleted'); END
CREATE TRIGGER "import_is_fixed" BEFORE UPDATE ON "import" WHEN NEW."id" IS NOT OLD."id" OR NEW."digest" IS NOT OLD."digest" OR NEW."file" IS NOT OLD."file" OR NEW."format" IS NOT OLD."format" OR NEW."kind" IS NOT OLD."kind" OR NEW."bytes" IS NOT OLD."bytes" OR NEW."added" IS NOT OLD."added" OR NEW."changed" IS NOT OLD."changed" OR NEW."summary" IS NOT OLD."summary" BEGIN SELECT RAISE(ABORT, 'rows of import are never changed'); END
CREATE TRIGGER "import_stays" BEFORE DELETE ON "import" BEGIN SELECT RAISE(ABORT, 'rows of import are never deleted'); END
CREATE TRIGGER "individual_is_fixed" BEFORE UPDATE ON "individual" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of individual are never renumbered'); END
CREATE TRIGGER "individual_stays" BEFORE DELETE ON "individual" BEGIN SELECT RAISE(ABORT, 'rows of individual are never deleted'); END
CREATE TRIGGER "individual_member_is_fixed" BEFORE UPDATE ON "individual_member" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of individual_member are never renumbered'); END
CREATE TRIGGER "individual_member_stays" BEFORE DELETE ON "individual_member" BEGIN SELECT RAISE(ABORT, 'rows of individual_member are never deleted'); END
CREATE TRIGGER "investigation_is_fixed" BEFORE UPDATE ON "investigation" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of investigation are never renumbered'); END
CREATE TRIGGER "investigation_stays" BEFORE DELETE ON "investigation" BEGIN SELECT RAISE(ABORT, 'rows of investigation are never deleted'); END
CREATE TRIGGER "item_number_is_fixed" BEFORE UPDATE ON "item_number" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of item_number are never renumbered'); END
CREATE TRIGGER "item_number_stays" BEFORE DELETE ON "item_number" BEGIN SELECT RAISE(ABORT, 'rows of item_number are never deleted'); END
CREATE TRIGGER "joint_pair_is_fixed" BEFORE UPDATE ON "joint_pair" WHEN NEW."id" IS NOT OLD."id" OR NEW."run" IS NOT OLD."run" OR NEW."profile" IS NOT OLD."profile" OR NEW."person" IS NOT OLD."person" OR NEW."posterior" IS NOT OLD."posterior" OR NEW."complement" IS NOT OLD."complement" OR NEW."log10_glr" IS NOT OLD."log10_glr" OR NEW."log10_prior" IS NOT OLD."log10_prior" OR NEW."is_best" IS NOT OLD."is_best" OR NEW."standing" IS NOT OLD."standing" BEGIN SELECT RAISE(ABORT, 'rows of joint_pair are never changed'); END
CREATE TRIGGER "joint_pair_stays" BEFORE DELETE ON "joint_pair" BEGIN SELECT RAISE(ABORT, 'rows of joint_pair are never deleted'); END
CREATE TRIGGER "joint_remains_is_fixed" BEFORE UPDATE ON "joint_remains" WHEN NEW."id" IS NOT OLD."id" OR NEW."run" IS NOT OLD."run" OR NEW."profile" IS NOT OLD."profile" OR NEW."none" IS NOT OLD."none" OR NEW."component" IS NOT OLD."component" OR NEW."is_exact" IS NOT OLD."is_exact" BEGIN SELECT RAISE(ABORT, 'rows of joint_remains are never changed'); END
CREATE TRIGGER "joint_remains_stays" BEFORE DELETE ON "joint_remains" BEGIN SELECT RAISE(ABORT, 'rows of joint_remains are never deleted'); END
CREATE TRIGGER "linkage_is_fixed" BEFORE UPDATE ON "linkage" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of linkage are never renumbered'); END
CREATE TRIGGER "linkage_stays" BEFORE DELETE ON "linkage" BEGIN SELECT RAISE(ABORT, 'rows of linkage are never deleted'); END
CREATE TRIGGER "marker_is_fixed" BEFORE UPDATE ON "marker" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of marker are never renumbered'); END
CREATE TRIGGER "marker_stays" BEFORE DELETE ON "marker" BEGIN SELECT RAISE(ABORT, 'rows of marker are never deleted'); END
CREATE TRIGGER "marker_alias_is_fixed" BEFORE UPDATE ON "marker_alias" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of marker_alias are never renumbered'); END
CREATE TRIGGER "marker_alias_stays" BEFORE DELETE ON "marker_alias" BEGIN SELECT RAISE(ABORT, 'rows of marker_alias are never deleted'); END
CREATE TRIGGER "measurement_is_fixed" BEFORE UPDATE ON "measurement" WHEN NEW."id" IS NOT OLD."id" OR NEW."specimen" IS NOT OLD."specimen" OR NEW."name" IS NOT OLD."name" OR NEW."number" IS NOT OLD."number" OR NEW."value_mm" IS NOT OLD."value_mm" OR NEW."observer" IS NOT OLD."observer" OR NEW."note" IS NOT OLD."note" BEGIN SELECT RAISE(ABORT, 'rows of measurement are never changed'); END
CREATE TRIGGER "measurement_stays" BEFORE DELETE ON "measurement" BEGIN SELECT RAISE(ABORT, 'rows of measurement are never deleted'); END
CREATE TRIGGER "name_word_is_fixed" BEFORE UPDATE ON "name_word" BEGIN SELECT RAISE(ABORT, 'rows of name_word are never changed'); END
CREATE TRIGGER "name_word_stays" BEFORE DELETE ON "name_word" BEGIN SELECT RAISE(ABORT, 'rows of name_word are never deleted'); END
CREATE TRIGGER "operation_is_fixed" BEFORE UPDATE ON "operation" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of operation are never renumbered'); END
CREATE TRIGGER "operation_stays" BEFORE DELETE ON "operation" BEGIN SELECT RAISE(ABORT, 'rows of operation are never deleted'); END
CREATE TRIGGER "panel_is_fixed" BEFORE UPDATE ON "panel" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of panel are never renumbered'); END
CREATE TRIGGER "panel_stays" BEFORE DELETE ON "panel" BEGIN SELECT RAISE(ABORT, 'rows of panel are never deleted'); END
CREATE TRIGGER "panel_marker_is_fixed" BEFORE UPDATE ON "panel_marker" WHEN NEW."id" IS NOT OLD."id" OR NEW."panel" IS NOT OLD."panel" OR NEW."rank" IS NOT OLD."rank" OR NEW."marker" IS NOT OLD."marker" BEGIN SELECT RAISE(ABORT, 'rows of panel_marker are never changed'); END
CREATE TRIGGER "panel_marker_stays" BEFORE DELETE ON "panel_marker" BEGIN SELECT RAISE(ABORT, 'rows of panel_marker are never deleted'); END
CREATE TRIGGER "pedigree_is_fixed" BEFORE UPDATE ON "pedigree" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of pedigree are never renumbered'); END
CREATE TRIGGER "pedigree_stays" BEFORE DELETE ON "pedigree" BEGIN SELECT RAISE(ABORT, 'rows of pedigree are never deleted'); END
CREATE TRIGGER "pedigree_identity_is_fixed" BEFORE UPDATE ON "pedigree_identity" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of pedigree_identity are never renumbered'); END
CREATE TRIGGER "pedigree_identity_stays" BEFORE DELETE ON "pedigree_identity" BEGIN SELECT RAISE(ABORT, 'rows of pedigree_identity are never deleted'); END
CREATE TRIGGER "person_is_fixed" BEFORE UPDATE ON "person" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of person are never renumbered'); END
CREATE TRIGGER "person_stays" BEFORE DELETE ON "person" BEGIN SELECT RAISE(ABORT, 'rows of person are never deleted'); END
CREATE TRIGGER "person_name_is_fixed" BEFORE UPDATE ON "person_name" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of person_name are never renumbered'); END
CREATE TRIGGER "person_name_stays" BEFORE DELETE ON "person_name" BEGIN SELECT RAISE(ABORT, 'rows of person_name are never deleted'); END
CREATE TRIGGER "policy_is_fixed" BEFORE UPDATE ON "policy" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of policy are never renumbered'); END
CREATE TRIGGER "policy_stays" BEFORE DELETE ON "policy" BEGIN SELECT RAISE(ABORT, 'rows of policy are never deleted'); END
CREATE TRIGGER "population_is_fixed" BEFORE UPDATE ON "population" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of population are never renumbered'); END
CREATE TRIGGER "population_stays" BEFORE DELETE ON "population" BEGIN SELECT RAISE(ABORT, 'rows of population are never deleted'); END
CREATE TRIGGER "power_is_fixed" BEFORE UPDATE ON "power" WHEN NEW."id" IS NOT OLD."id" OR NEW."run" IS NOT OLD."run" OR NEW."person" IS NOT OLD."person" OR NEW."family" IS NOT OLD."family" OR NEW."expected_log10_lr" IS NOT OLD."expected_log10_lr" OR NEW."needed_log10_lr" IS NOT OLD."needed_log10_lr" OR NEW."left_out" IS NOT OLD."left_out" OR NEW."exclusion" IS NOT OLD."exclusion" OR NEW."pass" IS NOT OLD."pass" BEGIN SELECT RAISE(ABORT, 'rows of power are never changed'); END
CREATE TRIGGER "power_stays" BEFORE DELETE ON "power" BEGIN SELECT RAISE(ABORT, 'rows of power are never deleted'); END
CREATE TRIGGER "prior_factor_is_fixed" BEFORE UPDATE ON "prior_factor" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of prior_factor are never renumbered'); END
CREATE TRIGGER "prior_factor_stays" BEFORE DELETE ON "prior_factor" BEGIN SELECT RAISE(ABORT, 'rows of prior_factor are never deleted'); END
CREATE TRIGGER "profile_is_fixed" BEFORE UPDATE ON "profile" WHEN NEW."id" IS NOT OLD."id" OR NEW."code" IS NOT OLD."code" OR NEW."person" IS NOT OLD."person" OR NEW."sample" IS NOT OLD."sample" OR NEW."panel" IS NOT OLD."panel" OR NEW."observations" IS NOT OLD."observations" OR NEW."use" IS NOT OLD."use" OR NEW."replicate" IS NOT OLD."replicate" OR NEW."rule" IS NOT OLD."rule" OR NEW."kit" IS NOT OLD."kit" OR NEW."laboratory" IS NOT OLD."laboratory" OR NEW."analyst" IS NOT OLD."analyst" OR NEW."second_analyst" IS NOT OLD."second_analyst" OR NEW."typed_on" IS NOT OLD."typed_on" OR NEW."dropout" IS NOT OLD."dropout" OR NEW."drop_in" IS NOT OLD."drop_in" OR NEW."label" IS NOT OLD."label" OR NEW."note" IS NOT OLD."note" BEGIN SELECT RAISE(ABORT, 'rows of profile are never changed'); END
CREATE TRIGGER "profile_stays" BEFORE DELETE ON "profile" BEGIN SELECT RAISE(ABORT, 'rows of profile are never deleted'); END
CREATE TRIGGER "profile_source_is_fixed" BEFORE UPDATE ON "profile_source" WHEN NEW."id" IS NOT OLD."id" OR NEW."consensus" IS NOT OLD."consensus" OR NEW."replicate" IS NOT OLD."replicate" BEGIN SELECT RAISE(ABORT, 'rows of profile_source are never changed'); END
CREATE TRIGGER "profile_source_stays" BEFORE DELETE ON "profile_source" BEGIN SELECT RAISE(ABORT, 'rows of profile_source are never deleted'); END
CREATE TRIGGER "review_is_fixed" BEFORE UPDATE ON "review" WHEN NEW."id" IS NOT OLD."id" OR NEW."identification" IS NOT OLD."identification" OR NEW."reviewer" IS NOT OLD."reviewer" OR NEW."number" IS NOT OLD."number" OR NEW."verdict" IS NOT OLD."verdict" OR NEW."reason" IS NOT OLD."reason" BEGIN SELECT RAISE(ABORT, 'rows of review are never changed'); END
CREATE TRIGGER "review_stays" BEFORE DELETE ON "review" BEGIN SELECT RAISE(ABORT, 'rows of review are never deleted'); END
CREATE TRIGGER "revision_is_fixed" BEFORE UPDATE ON "revision" BEGIN SELECT RAISE(ABORT, 'rows of revision are never changed'); END
CREATE TRIGGER "revision_stays" BEFORE DELETE ON "revision" BEGIN SELECT RAISE(ABORT, 'rows of revision are never deleted'); END
CREATE TRIGGER "run_is_fixed" BEFORE UPDATE ON "run" WHEN NEW."id" IS NOT OLD."id" OR NEW."code" IS NOT OLD."code" OR NEW."investigation" IS NOT OLD."investigation" OR NEW."program" IS NOT OLD."program" OR NEW."parameters" IS NOT OLD."parameters" OR NEW."inputs" IS NOT OLD."inputs" OR NEW."n_remains" IS NOT OLD."n_remains" OR NEW."n_missing" IS NOT OLD."n_missing" OR NEW."n_families" IS NOT OLD."n_families" OR NEW."n_pairs" IS NOT OLD."n_pairs" OR NEW."n_stored" IS NOT OLD."n_stored" BEGIN SELECT RAISE(ABORT, 'rows of run are never changed'); END
CREATE TRIGGER "run_stays" BEFORE DELETE ON "run" BEGIN SELECT RAISE(ABORT, 'rows of run are never deleted'); END
CREATE TRIGGER "sample_is_fixed" BEFORE UPDATE ON "sample" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of sample are never renumbered'); END
CREATE TRIGGER "sample_stays" BEFORE DELETE ON "sample" BEGIN SELECT RAISE(ABORT, 'rows of sample are never deleted'); END
CREATE TRIGGER "site_is_fixed" BEFORE UPDATE ON "site" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of site are never renumbered'); END
CREATE TRIGGER "site_stays" BEFORE DELETE ON "site" BEGIN SELECT RAISE(ABORT, 'rows of site are never deleted'); END
CREATE TRIGGER "site_search_is_fixed" BEFORE UPDATE ON "site_search" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of site_search are never renumbered'); END
CREATE TRIGGER "site_search_stays" BEFORE DELETE ON "site_search" BEGIN SELECT RAISE(ABORT, 'rows of site_search are never deleted'); END
CREATE TRIGGER "snp_panel_is_fixed" BEFORE UPDATE ON "snp_panel" WHEN NEW."id" IS NOT OLD."id" OR NEW."code" IS NOT OLD."code" OR NEW."name" IS NOT OLD."name" OR NEW."source" IS NOT OLD."source" OR NEW."n_markers" IS NOT OLD."n_markers" OR NEW."digest" IS NOT OLD."digest" OR NEW."table" IS NOT OLD."table" BEGIN SELECT RAISE(ABORT, 'rows of snp_panel are never changed'); END
CREATE TRIGGER "snp_panel_stays" BEFORE DELETE ON "snp_panel" BEGIN SELECT RAISE(ABORT, 'rows of snp_panel are never deleted'); END
CREATE TRIGGER "snp_profile_is_fixed" BEFORE UPDATE ON "snp_profile" WHEN NEW."id" IS NOT OLD."id" OR NEW."code" IS NOT OLD."code" OR NEW."person" IS NOT OLD."person" OR NEW."sample" IS NOT OLD."sample" OR NEW."snp_panel" IS NOT OLD."snp_panel" OR NEW."likelihoods" IS NOT OLD."likelihoods" OR NEW."n_known" IS NOT OLD."n_known" OR NEW."coverage" IS NOT OLD."coverage" OR NEW."how" IS NOT OLD."how" OR NEW."use" IS NOT OLD."use" OR NEW."replicate" IS NOT OLD."replicate" OR NEW."laboratory" IS NOT OLD."laboratory" OR NEW."typed_on" IS NOT OLD."typed_on" OR NEW."label" IS NOT OLD."label" OR NEW."note" IS NOT OLD."note" BEGIN SELECT RAISE(ABORT, 'rows of snp_profile are never changed'); END
CREATE TRIGGER "snp_profile_stays" BEFORE DELETE ON "snp_profile" BEGIN SELECT RAISE(ABORT, 'rows of snp_profile are never deleted'); END
CREATE TRIGGER "specimen_is_fixed" BEFORE UPDATE ON "specimen" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of specimen are never renumbered'); END
CREATE TRIGGER "specimen_stays" BEFORE DELETE ON "specimen" BEGIN SELECT RAISE(ABORT, 'rows of specimen are never deleted'); END
CREATE TRIGGER "tally_is_fixed" BEFORE UPDATE ON "tally" WHEN NEW."id" IS NOT OLD."id" BEGIN SELECT RAISE(ABORT, 'rows of tally are never renumbered'); END
CREATE TRIGGER "tally_stays" BEFORE DELETE ON "tally" BEGIN SELECT RAISE(ABORT, 'rows of tally are never deleted'); END
