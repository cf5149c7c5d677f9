#!/usr/bin/env bash
# Kills a training (kill -9) at random moments, resumes it until it is done, and compares the model,
# byte by byte, with that of a training that was left alone.
#
#   bin/soak-resume.sh [KILLS] [OPTIONS OF fovea train ...]
#
# KILLS is the least number of kills, 20 by default. SOAK_SEED makes the moments the same again.
set -euo pipefail

home=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
kills=${1:-20}
shift || true
[ "$#" -gt 0 ] || set -- lenet5 --limit 3000 --epochs 4 --batch 32
case $kills in '' | *[!0-9]*) echo "usage: bin/soak-resume.sh [KILLS] [OPTIONS ...]" >&2 && exit 2 ;; esac

work=$(mktemp -d "${TMPDIR:-/tmp}/fovea-soak.XXXXXX")
RANDOM=${SOAK_SEED:-$$}
child=""
trap '[ -z "$child" ] || kill -9 "$child" 2>/dev/null || true; rm -rf "$work"' EXIT

# Prints the model's checksum.
sum_of() {
  cksum <"$1/model.safetensors"
}

# Prints the milliseconds since a moment long ago.
now() {
  local t=${EPOCHREALTIME/[.,]/}
  echo "$((t / 1000))"
}

echo "soak: a training that is left alone"
start=$(now)
"$home/fovea" train "$@" --out "$work/whole" >/dev/null
span=$(($(now) - start))
expected=$(sum_of "$work/whole")
echo "soak: took $span ms"

done_kills=0
trainings=0
while [ "$done_kills" -lt "$kills" ]; do
  out=$work/killed
  rm -rf "$out"
  trainings=$((trainings + 1))
  while :; do
    # exec in the launcher: the process that is killed is the JVM itself.
    "$home/fovea" train "$@" --out "$out" --resume --checkpoint-every 0.1 >/dev/null 2>"$work/errors" &
    child=$!
    wait_ms=$((RANDOM * (span + 500) / 32768))
    begin=$(now)
    while kill -0 "$child" 2>/dev/null && [ "$(($(now) - begin))" -lt "$wait_ms" ]; do
      sleep 0.01
    done
    if kill -9 "$child" 2>/dev/null; then
      wait "$child" 2>/dev/null && status=0 || status=$?
    else
      wait "$child" && status=0 || status=$?
    fi
    child=""
    if [ "$status" -eq 137 ]; then
      done_kills=$((done_kills + 1))
      left=$(find "$out" -maxdepth 1 -type f ! -name '.*' -printf '%f ' 2>/dev/null || true)
      echo "soak: kill $done_kills after $wait_ms ms; there are: ${left:-no files}"
      continue
    elif [ "$status" -ne 0 ]; then
      cat "$work/errors" >&2
      echo "soak: FAILED: a training ended with $status" >&2
      exit 1
    fi
    break
  done
  actual=$(sum_of "$out")
  if [ "$actual" != "$expected" ] || ! cmp -s "$out/model.safetensors" "$work/whole/model.safetensors"; then
    echo "soak: FAILED: the model differs after kills" >&2
    exit 1
  fi
  echo "soak: training $trainings came to the same bytes"
done
echo "soak: $done_kills kills in $trainings trainings, every model the same bytes"
