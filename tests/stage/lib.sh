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

# knows PROGRAM COMMAND: has the program this subcommand?
knows() {
    "$1" --help 2>/dev/null | grep -q "^  $2\( \|$\)"
}

# nothing REASON: end a stage that has nothing to run.
nothing() {
    echo "nothing: $*"
    echo "passed 0 failed 0"
    exit 0
}
