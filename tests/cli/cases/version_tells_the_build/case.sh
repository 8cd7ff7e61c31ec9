#!/bin/sh
homeward --version
homeward version -v
