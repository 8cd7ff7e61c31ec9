#!/bin/sh
homeward lr - < "$SOURCE/examples/paternity.json"
