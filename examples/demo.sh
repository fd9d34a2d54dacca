#!/bin/sh
# Runs the gateway on the sample documents beside this file, shows each command with what it printed, and fails when
# one of them does not end as expected. `make demo` calls it with the installed `gateway` on the PATH.
set -u
cd "$(dirname "$0")/.." || exit 1

OUT=var/demo
PRINTED=$PWD/$OUT/.printed
LINES_SHOWN=24
steps=0
surprises=0

heading() {
    printf '\n== %s\n' "$1"
}

# step EXPECTED-EXIT COMMAND…: runs the command; its exit code and the first lines it printed are shown.
step() {
    expected=$1
    shift
    steps=$((steps + 1))
    printf '\n$ %s\n' "$*"
    "$@" >"$PRINTED" 2>&1
    code=$?
    first_lines "$PRINTED"
    if [ "$code" -eq "$expected" ]; then
        printf '  [exit %s]\n' "$code"
    else
        surprises=$((surprises + 1))
        printf '  [exit %s, expected %s]\n' "$code" "$expected"
    fi
}

# into FOLDER: what follows is run there.
into() {
    printf '\n$ cd %s\n' "$1"
    cd "$1" || exit 1
}

# show FILE: the first lines of a file that a step wrote; a missing or empty one counts as a surprise.
show() {
    printf '\n%s:\n' "$1"
    if [ -s "$1" ]; then
        first_lines "$1"
    else
        surprises=$((surprises + 1))
        printf '  (nothing was written)\n'
    fi
}

first_lines() {
    sed -n "1,${LINES_SHOWN}s/^/  /p" "$1"
    total=$(wc -l <"$1")
    if [ "$total" -gt "$LINES_SHOWN" ]; then
        printf '  … and %s more lines\n' $((total - LINES_SHOWN))
    fi
}

rm -rf "$OUT"
mkdir -p "$OUT" || exit 1
step 0 gateway --version

heading "Two purchase orders from a customer (X12 850) become SP-API JSON and a CSV file for the ERP"
step 0 gateway validate examples/purchase-orders.850
step 0 gateway view examples/purchase-orders.850
step 0 gateway translate examples/purchase-orders.850 --to spapi --partner amazon -o "$OUT/orders.json"
show "$OUT/orders.json"
step 0 gateway translate examples/purchase-orders.850 --to csv -o "$OUT/orders.csv"
show "$OUT/orders.csv"
step 0 gateway ack examples/purchase-orders.850 -o "$OUT/orders.997"
show "$OUT/orders.997"

heading "The ERP answers in CSV: acknowledgment, ship notice and invoice become 855, 856 and 810"
for document in order-acknowledgment:855 ship-notice:856 invoice:810; do
    name=${document%%:*}
    set_identifier=${document##*:}
    step 0 gateway translate "examples/$name.csv" --to x12 --partner amazon -o "$OUT/$name.$set_identifier"
    show "$OUT/$name.$set_identifier"
    step 0 gateway validate "$OUT/$name.$set_identifier"
done

heading "Where each value of the SP-API orders comes from, and what they say that the orders do not"
step 0 gateway explain examples/purchase-orders.850 --to spapi --partner amazon
step 0 gateway explain examples/purchase-orders.850 --to spapi --partner amazon --html "$OUT/orders.html"
step 0 gateway diff examples/purchase-orders.850 "$OUT/orders.csv"

heading "A purchase order with faults: what is wrong, where, and the 997 that says so"
step 1 gateway validate examples/purchase-order-with-faults.850
step 1 gateway ack examples/purchase-order-with-faults.850 -o "$OUT/faults.997"
show "$OUT/faults.997"

heading "What arrives is kept, and what happened to it can be proved to others"
step 0 gateway init "$OUT/acorn"
step 0 cp -r partners/amazon "$OUT/acorn/partners"
into "$OUT/acorn"
step 0 gateway receive ../../../examples/purchase-orders.850 --channel amazon
step 0 gateway status
step 0 gateway ledger prove --partner amazon -o ../proof-pack.zip
step 0 gateway ledger verify --deep
into ..
step 0 python3 -m zipfile -e proof-pack.zip .
step 0 python3 -I proof-pack/verify.py proof-pack
into ../..

rm -f "$PRINTED"
printf '\n%s commands were run; %s results were not as expected. What was written is in %s/.\n' \
    "$steps" "$surprises" "$OUT"
printf 'Open %s in a browser: both documents side by side, and where each value comes from;\n' "$OUT/orders.html"
printf 'and %s: what was received, as an auditor gets it.\n' "$OUT/proof-pack/summary.html"
[ "$surprises" -eq 0 ]
