#!/bin/sh
# decision.sh - a roll of 11,000 is frozen, all of them vote openly, the vote is counted and decided: seconds of each.
exec node tests/server/vote.js "${PEOPLE:-11000}"
