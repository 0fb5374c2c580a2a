# lib.sh - for stages: try NAME COMMAND… runs it and counts, tally prints the stage's last line.
tried_passed=0 tried_failed=0

try() {
    name=$1
    shift
    if "$@"; then
        tried_passed=$((tried_passed + 1))
    else
        tried_failed=$((tried_failed + 1))
        echo "FAILED $name"
    fi
}

tally() {
    echo "passed $tried_passed failed $tried_failed"
    [ "$tried_failed" = 0 ]
}
