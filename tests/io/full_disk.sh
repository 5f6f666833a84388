#!/bin/bash
# usage: full_disk.sh PROGRAM [LAUNCHER...]
# Checkpoints on a small disk: the one that does not fit fails with the system's reason, the one before stays, and a
# smaller one can be written afterwards. Ends with status 77 (skipped) where no file system can be mounted.
program=$1
launcher=("${@:2}")
folder=$(mktemp -d)
finish() {
  umount "$folder" 2>/dev/null
  rmdir "$folder"
}
trap finish EXIT
if ! mount -t tmpfs -o size=16m tmpfs "$folder" 2>/dev/null; then
  echo "skipped: a file system cannot be mounted here (this takes root)"
  exit 77
fi
timeout 60 "${launcher[@]}" "$program" fill "$folder" 10000
