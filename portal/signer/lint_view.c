#include "portal/signer/lint_view.h"

static bool
read_extensions(struct lint_view *v, struct span list)
{
	while (list.len > 0 && !list.bad) {
		struct span x = der_take(&list, DER_SEQUENCE);

		if (v->exts == LINT_EXTENSIONS)
			return false;
		v->ext[v->exts].oid = der_take(&x, DER_OID);
		if (der_peek(&x, DER_BOOLEAN)) {
			struct span yes = der_take(&x, DER_BOOLEAN);

			if (yes.len != 1 || yes.p[0] != 0xff)	/* FALSE is the default: never written */
				return false;
			v->ext[v->exts].critical = true;
		}
		v->ext[v->exts++].value = der_take(&x, DER_OCTETS);
		if (x.bad || x.len != 0)
			return false;
	}
	return !list.bad;
}

static bool
read_subject(struct lint_view *v)
{
	struct span whole = v->subject, list = der_take(&whole, DER_SEQUENCE);

	while (list.len > 0 && !list.bad) {
		struct span set = der_take(&list, DER_SET), one = der_take(&set, DER_SEQUENCE);

		if (v->attrs == LINT_ATTRIBUTES || set.bad || set.len != 0)	/* one attribute a set */
			return false;
		v->attr[v->attrs].oid = der_take(&one, DER_OID);
		if (!der_next(&one, &v->attr[v->attrs].tag, &v->attr[v->attrs].value, NULL) || one.len != 0)
			return false;
		if (oid_is(&oid_cn, v->attr[v->attrs].oid))
			v->cn = v->attr[v->attrs].value;
		v->attrs++;
	}
	return !list.bad;
}

bool
lint_view_read(struct lint_view *v, struct span der)
{
	struct span in = der_take(&der, DER_SEQUENCE), part, list;

	part = der_take(&in, DER_INSIDE(0));
	v->version = der_take(&part, DER_INTEGER);
	v->serial = der_take(&in, DER_INTEGER);
	v->alg = der_whole(&in, DER_SEQUENCE);
	v->issuer = der_whole(&in, DER_SEQUENCE);
	v->times = part = der_take(&in, DER_SEQUENCE);
	v->not_before = der_take_time(&part);
	v->not_after = der_take_time(&part);
	v->subject = der_whole(&in, DER_SEQUENCE);
	v->spki = der_whole(&in, DER_SEQUENCE);
	list = der_take(&in, DER_INSIDE(3));
	if (der.bad || der.len != 0 || in.bad || in.len != 0 || part.bad || part.len != 0)
		return false;
	return read_subject(v) && read_extensions(v, der_take(&list, DER_SEQUENCE)) &&
	    !list.bad && list.len == 0;
}

struct span
lint_view_ext(const struct lint_view *v, const struct oid *o, bool *critical)
{
	for (size_t i = 0; i < v->exts; i++)
		if (oid_is(o, v->ext[i].oid)) {
			if (critical != NULL)
				*critical = v->ext[i].critical;
			return v->ext[i].value;
		}
	return span_of(NULL, 0);
}

bool
lint_view_times(const struct lint_view *v)
{
	struct span t = v->times;
	bool ok = true;

	for (int i = 0; i < 2; i++) {
		bool utc = der_peek(&t, DER_UTC);
		int64_t at = der_take_time(&t);

		ok = ok && utc == (at < INT64_C(2524608000));
	}
	return ok && !t.bad;
}

bool
lint_view_only(const struct lint_view *v, const struct oid *const known[], size_t n)
{
	for (size_t i = 0; i < v->exts; i++) {
		size_t k = 0;

		while (k < n && !oid_is(known[k], v->ext[i].oid))
			k++;
		if (k == n)
			return false;
		for (k = 0; k < i; k++)
			if (span_same(v->ext[k].oid, v->ext[i].oid))
				return false;
	}
	return true;
}
