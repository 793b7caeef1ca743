#!/usr/bin/env bash
# tests/flow/challenge.sh - `troth challenge check` says what an author of questions needs to know.
set -u
cd "$(dirname "$0")/../.." || exit 1
troth=$BIN/troth
failed=0

# expect STATUS PATTERN WORD... : the command's exit status, and what its output holds
expect() {
	local status=$1 pattern=$2 said code
	shift 2
	said=$("$troth" "$@" --state "$TMPDIR/none" 2>&1)
	code=$?
	if [ "$code" != "$status" ] || ! grep -qF -- "$pattern" <<<"$said"; then
		printf 'troth %s: status %s, not %s with "%s":\n%s\n' "$*" "$code" "$status" "$pattern" "$said"
		failed=1
	fi
}

expect 0 'The bank is good' challenge check portal/trust/challenge.en.txt
expect 0 'duties' challenge check portal/trust/challenge.en.txt
expect 1 'tests/specimens/bank/duplicate:14: another question has this name: one' challenge check tests/specimens/bank/duplicate
expect 1 'tests/specimens/bank/no-right:5: this question has no right answer' challenge check tests/specimens/bank/no-right
expect 1 'tests/specimens/bank/latin-1:3: this is not UTF-8' challenge check tests/specimens/bank/latin-1
expect 1 '3 questions, and a challenge draws 25' challenge check tests/specimens/bank/good
expect 1 'No such file' challenge check "$TMPDIR/absent"
expect 2 'usage: troth challenge check FILE' challenge check
expect 2 'usage: troth challenge check FILE' challenge list portal/trust/challenge.en.txt
[ ! -e "$TMPDIR/none" ] || { echo 'the check made a state folder'; failed=1; }
exit "$failed"
