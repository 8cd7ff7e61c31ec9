#!/bin/sh
homeward
