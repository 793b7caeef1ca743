#!/usr/bin/env bash
# limit: 120
# The page compiler: what it refuses, what it escapes, what it gives to translators.
set -u
tmplc=${TMPLC:-build/tmplc}
dir=${TMPDIR:-/tmp}/tmplc.$$
mkdir -p "$dir/build/pages" || exit 1
trap 'rm -rf "$dir"' EXIT
bad=0

complain() {
	bad=1
	printf '%s\n' "$*"
}

# refused WORDS LINE : a page of that one line must not compile, and the message must hold WORDS
refused() {
	printf '@page p(const struct visit *v)\n%s\n@end\n' "$2" >"$dir/bad.html"
	if "$tmplc" "$dir/bad.html" >/dev/null 2>"$dir/said"; then
		complain "compiled: $2"
	elif ! grep -qF -- "$1" "$dir/said"; then
		complain "for $2 it said: $(cat "$dir/said")"
	elif ! grep -q "^$dir/bad.html:[1-4]: " "$dir/said"; then
		complain "no place: $(cat "$dir/said")"
	fi
}

refused 'no inline <script>' '<script>alert(1)</script>'
refused 'no inline <script>' '<script>var x = "{{x}}";</script>'
refused 'a script is a file of ours' '<script src="{{url x}}"></script>'
refused 'a script is a file of ours' '<script src="https://example.org/x.js"></script>'
refused 'no inline <style>' '<style>p { color: {{x}} }</style>'
refused 'no inline <style>' '<style></style>'
refused 'no style= here' '<p style="color: {{x}}">'
refused 'no style= here' '<p style="color: red">'
refused 'no onclick= here' '<p onclick="f({{x}})">'
refused 'no onload= here' '<img onload="f()" src="/x" alt="">'
refused 'no hole is allowed in a comment' '<!-- {{x}} -->'
refused 'a comment has no end' '<!-- x'
refused 'no hole is allowed in a tag' '<p {{x}}>'
refused 'write &lt;' '<{{x}}>'
refused 'no hole is allowed in a name' '<p a{{x}}="1">'
refused 'quote attribute values' '<p class={{x}}>'
refused 'quote attribute values' "<p class='{{x}}'>"
refused 'takes {{url' '<a href="/x?{{x}}">y</a>'
refused 'begins with' '<a href="{{x}}">y</a>'
refused 'begins with' '<a href="javascript:f()">y</a>'
refused 'begins with' '<a href="//example.org/">y</a>'
refused 'begins with' '<a href="{{arg x}}">y</a>'
refused '{{url}} must begin' '<p title="{{url x}}"></p>'
refused '{{url}} must begin' '<p>{{url x}}</p>'
refused '{{arg}} must follow' '<p>{{arg x}}</p>'
refused '{{arg}} must follow' '<a href="/x{{arg x}}">y</a>'
refused 'stands in text only' '<p title="{{host x}}"></p>'
refused 'stands in text only' '<p title="{{ago x}}"></p>'
refused 'without }}' '<p>{{x</p>'
refused 'a <time> says when' '<p><time>{{ago x}}</time></p>'
refused 'an empty hole' '<p>{{}}</p>'
refused 'an empty hole' '<p>{{int }}</p>'
refused 'write &lt;' '<p>a < b</p>'
refused 'write the character itself' '<p>a & b</p>'
refused 'write the character itself' '<p>a &copy; b</p>'
refused 'not a boolean attribute' '<p class?="{{x}}">'
refused 'write checked?' '<input checked?="yes">'
refused 'is still open' '<p>text <b>and</p>'
refused 'closes nothing' '<p>text</b></p>'
refused 'a value has no end' '<p class="x>'
refused 'a directive or the end inside' '<p class="x"'
refused 'unknown directive' '@raw x'
refused 'outside a @page' '@end
@if x'
refused '@end missing' '@if x'

# What a page does is seen by running it, in English and with a catalog.
cat >"$dir/page.html" <<'PAGE'
@include "portal/web/section.h"
@# not in the page
@page test_page(const struct visit *v, const char *evil, int64_t n, bool on)
<!-- neither is this: {not a hole} -->
<p title="Words for {{evil}}" class="{{evil}}">Hello {{evil}}, you have <b>{{int n}}</b> things &amp; <a href="/x?a={{arg evil}}&amp;b=1">a link</a>.</p>
<p>{{evil}}</p>
<pre>Not translated {{evil}}</pre>
<p><code>not translated</code> <span translate="no">nor this</span></p>
<a href="{{url evil}}">go</a> <a href="{{own evil}}">own</a> <a href="~/home">home</a> <a href="{{own "/x/"}}{{arg evil}}">own</a>
<input type="submit" value="Send" checked?="{{on}}" disabled?="{{!on}}"><input type="text" value="Not words">
@if n == 1
<p>one</p>
@elif n == 2
<p>two</p>
@else
<p>many</p>
@end
@for int i = 0; i < 2; i++
<i>{{int i}}</i>
@end
@c buf_text(h, "<hr>");
<p data-x="{{t "Said in a value"}}">{{t MSG("Said")}} {{serial "0123456789abcdef0"}} {{host "a<b@c.example.org"}} {{host ""}} {{at 0}} ?? "quoted" \n</p>
@end
PAGE
cat >"$dir/main.c" <<'MAIN'
#include "build/pages/pages.h"
const char *say(const struct visit *v, const char *msgid)
{
	return v->words == NULL ? msgid : strcmp(msgid, "Said") == 0 ? "<Gesagt>" : strncmp(msgid, "Hello", 5) == 0 ?
	    "<a>Ein Link</a> & <b>{2}</b> <i>Dinge</i> {1}." : msgid;
}
int
main(int argc, char **argv)
{
	struct visit v = { .words = argc > 2 ? (const struct words *)&v : NULL };
	struct buf b = {0};

	memcpy(v.root, "/~T", 4);
	test_page(&b, &v, argv[1], argc, argc == 2);
	fwrite(b.data, 1, b.len, stdout);
	buf_wipe(&b);
	return 0;
}
MAIN
"$tmplc" "$dir/page.html" >"$dir/build/pages/page.c" && "$tmplc" --header "$dir/page.html" >"$dir/build/pages/pages.h" &&
sed 's/^say(const/say_of_the_product(const/' portal/web/say.c >"$dir/say.c" &&
gcc -std=c17 -D_GNU_SOURCE -I"$dir" -I. -Wall -Wextra -Werror -g -include ledger/base/banned.h -fsanitize=address,undefined \
    -o "$dir/page" "$dir/main.c" "$dir/build/pages/page.c" "$dir/say.c" \
    portal/web/words_shared.c ledger/base/buf.c ledger/base/err.c ledger/base/clock.c ledger/base/pack.c ledger/base/wipe.c ||
    complain "the test page does not build"

holds() {
	grep -qF -- "$2" "$dir/$1" || complain "$1 lacks: $2"
}
lacks() {
	if grep -qF -- "$2" "$dir/$1"; then complain "$1 holds: $2"; fi
}
evil='<b>"x'"'"'&y/?=%'
"$dir/page" "$evil" >"$dir/plain" || complain "the test page fails"
holds plain '<p title="Words for &lt;b&gt;&#34;x&#39;&amp;y/?=%" class="&lt;b&gt;&#34;x&#39;&amp;y/?=%">'
holds plain 'Hello &lt;b&gt;&#34;x&#39;&amp;y/?=%, you have <b>2</b> things &amp; <a href="/x?a=%3Cb%3E%22x%27%26y%2F%3F%3D%25&amp;b=1">a link</a>.</p>'
holds plain '<pre>Not translated &lt;b&gt;'
holds plain '<a href="#">go</a>'
holds plain '<a href="/~T#">own</a>'
holds plain '<a href="/~T/home">home</a>'
holds plain '<a href="/~T/x/%3Cb%3E%22x%27%26y%2F%3F%3D%25">own</a>'
holds plain '<input type="submit" value="Send" checked><input type="text" value="Not words">'
holds plain '<p>two</p>'
holds plain '<i>0</i>'
holds plain '<i>1</i>'
holds plain '<hr>'
holds plain '<span>0123</span><span>4567</span><span>89ab</span><span>cdef</span><span>0</span>'
holds plain ' a&lt;b@<wbr>c.<wbr>example.<wbr>org  1970'
holds plain '1970-01-01 00:00 UTC ?? "quoted" \n</p>'
lacks plain 'not in the page'
lacks plain 'neither is this'
lacks plain '<b>"x'
"$dir/page" '/local?x="<' >"$dir/local" || complain "the test page fails"
holds local '<a href="/local?x=&#34;&lt;">go</a>'
"$dir/page" 'javascript:f()' >"$dir/script" || complain "the test page fails"
holds script '<a href="#">go</a>'
# What a translator wrote is text; only the page's own marks become tags, in the translator's order.
"$dir/page" "$evil" de >"$dir/german" || complain "the test page fails"
holds german '<a href="/x?a=%3Cb%3E%22x%27%26y%2F%3F%3D%25&amp;b=1">Ein Link</a> &amp; <b>3</b> &lt;i&gt;Dinge&lt;/i&gt; &lt;b&gt;&#34;x&#39;&amp;y/?=%.'
holds german '&lt;Gesagt&gt;'
holds german '<p>many</p>'
holds german 'value="Send" disabled>'

"$tmplc" --messages "$dir/page.html" >"$dir/pot" || complain "no messages"
msgfmt --check-format -o /dev/null "$dir/pot" || complain "the messages are no catalog"
holds pot 'msgid "Hello {1}, you have <b>{2}</b> things & <a>a link</a>."'
holds pot 'msgid "Words for {1}"'
holds pot 'msgid "Send"'
holds pot 'msgid "Said"'
holds pot 'msgid "Said in a value"'
lacks pot 'Not translated'
lacks pot 'not translated'
lacks pot 'nor this'
lacks pot 'Not words'
exit $bad
