#!/bin/sh
homeward lr nowhere.json; echo $?
homeward lr . ; echo $?
homeward identify nowhere.json; echo $?
homeward simulate --seed 1 --out a.json --frequencies nowhere.csv; echo $?
homeward simulate --seed 1 --out nowhere/a.json --frequencies "$SOURCE/data/frequencies_nist1036_asian.csv"; echo $?
ls
