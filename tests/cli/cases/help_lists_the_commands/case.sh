#!/bin/sh
homeward help
