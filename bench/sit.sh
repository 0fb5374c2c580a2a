#!/bin/sh
# sit.sh - 1,500 people sit a test at once, the server is killed with -9 in the middle: answers lost, requests a second, how slow.
exec node tests/server/sit.js "${PEOPLE:-1500}"
