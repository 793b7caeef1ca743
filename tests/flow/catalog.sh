#!/usr/bin/env bash
# limit: 120
# Every catalog in portal/po says every message there is, and nothing else: none is missing, left over,
# untranslated or fuzzy, and each keeps the holes and inline tags of its message.  Else a page would
# silently fall back to English in the middle.
#
#   CATALOGS="a.po b.po" POT=x.pot tests/flow/catalog.sh	looks at these instead
set -u
dir=${TMPDIR:-/tmp}/catalog.$$
mkdir -p "$dir" || exit 1
trap 'rm -rf "$dir"' EXIT
pot=${POT:-build/troth.pot}
bad=0

complain() {
	bad=1
	printf '%s\n' "$*"
}

# One message a line: the id, a tab, what is said.
lines() {
	msgcat --no-wrap "$1" | awk '
		/^msgid /  { id = substr($0, 7); into = "id"; next }
		/^msgstr / { said = substr($0, 8); into = "said"; next }
		/^"/       { piece = substr($0, 2, length($0) - 2)
		             if (into == "id") id = substr(id, 1, length(id) - 1) piece "\""
		             else said = substr(said, 1, length(said) - 1) piece "\""; next }
		/^$/       { show() }
		END        { show() }
		function show() { if (id != "" && id != "\"\"") print id "\t" said; id = "" }'
}

# Marks are {1}, {site}, <a>, </a2>: the same ones, each closing one after its own, and blanks at the ends alike.
marks() {
	awk -F '\t' '
		function wrong(why) { printf "%s: %s\n\t%s\n\t%s\n", file, why, $1, $2; found = 1 }
		function count(text, into, order,    n, mark) {
			while (match(text, /<\/?[a-z]+[0-9]*>|[{][a-z0-9]+[}]/)) {
				mark = substr(text, RSTART, RLENGTH)
				into[mark]++
				if (substr(mark, 1, 2) == "</" && !(("<" substr(mark, 3)) in into))
					order["wrong"] = 1
				text = substr(text, RSTART + RLENGTH)
			}
		}
		{
			split("", ids); split("", said); split("", order)
			count($1, ids, order); count($2, said, order)
			for (m in ids) if (ids[m] != said[m]) { wrong(m " is not in both as often"); next }
			for (m in said) if (said[m] != ids[m]) { wrong(m " is not in both as often"); next }
			if ("wrong" in order) wrong("a tag is closed before it is opened")
			if (($1 ~ /^" /) != ($2 ~ /^" /) || ($1 ~ / "$/) != ($2 ~ / "$/)) wrong("blanks at the ends")
		}
		END { exit found }' file="$1" "$2"
}

[ -n "${POT:-}" ] || env -u MAKEFLAGS -u MAKELEVEL make -s messages || exit 1
lines "$pot" | cut -f1 | sort >"$dir/wanted"
[ "$(wc -l <"$dir/wanted")" -gt 0 ] || complain "$pot has no message"

for po in ${CATALOGS:-portal/po/*.po}; do
	msgfmt --check -o /dev/null "$po" 2>"$dir/said" || complain "$(cat "$dir/said")"
	[ ! -s "$dir/said" ] || complain "$(cat "$dir/said")"
	for kind in --only-fuzzy --untranslated --only-obsolete; do
		msgattrib --no-wrap "$kind" "$po" | grep -E '^(#~ )?msgid "[^"]' >"$dir/some" &&
			complain "$po: msgattrib $kind gives
$(cat "$dir/some")"
	done
	lines "$po" >"$dir/lines"
	cut -f1 "$dir/lines" | sort >"$dir/has"
	comm -23 "$dir/wanted" "$dir/has" >"$dir/some"
	[ ! -s "$dir/some" ] || complain "$po lacks
$(cat "$dir/some")"
	comm -13 "$dir/wanted" "$dir/has" >"$dir/some"
	[ ! -s "$dir/some" ] || complain "$po still has what no page says
$(cat "$dir/some")"
	marks "$po" "$dir/lines" || bad=1
done
exit $bad
