#!/bin/sh
# An order's whole day in a workspace of its own, with the sample documents beside this file: each command is shown
# with what it printed, and the script fails when one does not end as expected. `make demo` calls it with the
# installed `gateway` on the PATH.
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

# waits NAME SECONDS COMMAND…: until the command ends well; not longer, and not when the service has ended.
waits() {
    name=$1
    left=$(($2 * 5))
    shift 2
    until "$@" >/dev/null 2>&1; do
        left=$((left - 1))
        if [ "$left" -le 0 ] || ! kill -0 "$service" 2>/dev/null; then
            surprises=$((surprises + 1))
            printf '  (%s did not come)\n' "$name"
            return 1
        fi
        sleep 0.2
    done
}

# there PATTERN COUNT: whether so many files of this pattern are there.
there() {
    found=0
    for file in $1; do
        [ -e "$file" ] && found=$((found + 1))
    done
    [ "$found" -ge "$2" ]
}

# comes PATTERN [COUNT]: waits for files that the gateway delivers, and names them.
comes() {
    waits "$1" 20 there "$1" "${2:-1}" || return 0
    for file in $1; do
        printf '  %s\n' "$file"
    done
}

# starts: runs the service in the background, as a system would. It is ready when it says so.
starts() {
    printf '\n$ gateway serve &\n'
    gateway serve >>"$PRINTED.log" 2>&1 &
    service=$!
    waits "the service" 20 gateway_is_ready
}

six_are_accepted() {
    [ "$(gateway messages list --kind sending --state accepted --json | grep -c '"accepted"')" -ge 6 ]
}

gateway_is_ready() {
    gateway status | grep -q "service *running"
}

# drops FILE FOLDER: puts a copy of a sample into a drop folder as a careful program does: aside, then by its name.
drops() {
    printf '\n$ cp %s %s/.coming && mv %s/.coming %s/%s\n' "$1" "$2" "$2" "$2" "${1##*/}"
    cp "$1" "$2/.coming" && mv "$2/.coming" "$2/${1##*/}"
}

first_lines() {
    sed -n "1,${LINES_SHOWN}s/^/  /p" "$1"
    total=$(wc -l <"$1")
    if [ "$total" -gt "$LINES_SHOWN" ]; then
        printf '  … and %s more lines\n' $((total - LINES_SHOWN))
    fi
}

trap '[ -z "$service" ] || kill "$service" 2>/dev/null' EXIT
service=
SAMPLES=$PWD/examples
rm -rf "$OUT"
mkdir -p "$OUT" || exit 1
step 0 gateway --version

heading "A workspace: Amazon as a customer, and an ERP that drops and picks up CSV files"
step 0 gateway init "$OUT/acorn" --sample amazon
into "$OUT/acorn"
step 0 gateway check
starts

heading "Two purchase orders arrive (X12 850): the ERP gets CSV, Amazon its 997"
drops "$SAMPLES/purchase-orders.850" inbound/amazon
comes "outbound/erp/order-*.csv" 2
show "$(ls outbound/erp/order-7XQ4RT2B-*.csv 2>/dev/null)"
comes "outbound/amazon/997-*.x12"
show "$(ls outbound/amazon/997-*.x12 2>/dev/null)"

heading "The ERP drops its answers, and the service is killed with them in hand"
for document in order-acknowledgment ship-notice invoice; do
    drops "$SAMPLES/$document.csv" inbound/erp
done
printf '\n$ kill -9 %s\n' "$service"
kill -9 "$service"
wait "$service" 2>/dev/null
starts

heading "It goes on where it was: 855, 856 and 810 leave, each with control numbers of its own"
for document in order-acknowledgment ship-notice invoice; do
    comes "outbound/amazon/$document-*.x12" 2
    comes "inbound/erp/$document.csv.ok"
done
show "$(ls outbound/amazon/order-acknowledgment-7XQ4RT2B-*.x12 2>/dev/null)"
step 0 gateway control-numbers list

heading "Amazon acknowledges them: 997s come, and are matched with what was sent"
number=501
for file in outbound/amazon/order-acknowledgment-*.x12 outbound/amazon/ship-notice-*.x12 outbound/amazon/invoice-*.x12; do
    step 0 gateway ack "$file" --control-numbers "$number,$number,0001" -o "$number.997"
    drops "$number.997" inbound/amazon
    number=$((number + 1))
done
waits "six receipts" 20 six_are_accepted

heading "A faulty order and a file that is none come back with what is wrong"
drops "$SAMPLES/purchase-order-with-faults.850" inbound/amazon
comes "outbound/amazon/997-*.x12" 2
show "$(ls outbound/amazon/997-000000042-*.x12 2>/dev/null)"
printf 'order_number,quantity\n7XQ4RT2B,many\n' >mistaken.csv
drops mistaken.csv inbound/erp
comes "inbound/erp/mistaken.csv.err"
show inbound/erp/mistaken.csv.err

heading "Where is order 7XQ4RT2B?"
step 0 gateway orders show 7XQ4RT2B
step 0 gateway messages list --limit 8
step 0 gateway balance

heading "What happened can be proved to others"
step 0 gateway ledger prove --po 7XQ4RT2B -o ../proof-pack.zip
step 0 gateway ledger verify --deep
into ..
step 0 python3 -m zipfile -e proof-pack.zip .
step 0 python3 -I proof-pack/verify.py proof-pack
into ../..

heading "Single files can be checked and translated without a service as well"
step 0 gateway validate examples/purchase-orders.850
step 1 gateway validate examples/purchase-order-with-faults.850
step 0 gateway translate examples/purchase-orders.850 --to spapi --partner amazon -o "$OUT/orders.json"
step 0 gateway explain examples/purchase-orders.850 --to spapi --partner amazon --html "$OUT/orders.html"

rm -f "$PRINTED" "$PRINTED.log"
printf '\n%s commands were run; %s results were not as expected. What was written is in %s/.\n' \
    "$steps" "$surprises" "$OUT"
printf 'Open %s in a browser: both documents side by side, and where each value comes from;\n' "$OUT/orders.html"
printf 'and %s: an order and all that belongs to it, as an auditor gets it.\n' "$OUT/proof-pack/summary.html"
[ "$surprises" -eq 0 ]
