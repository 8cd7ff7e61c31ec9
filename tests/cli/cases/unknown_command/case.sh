#!/bin/sh
homeward frobnicate
