#include <sys/mman.h>
#include <sys/socket.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "ledger/base/log.h"
#include "ledger/base/pulse.h"
#include "ledger/base/wipe.h"
#include "privacy/keeper/child.h"
#include "privacy/keeper/packer.h"
#include "privacy/rights/compose.h"

struct packer_memory { unsigned char in[PACKER_IN], out[PACKER_OUT]; };
struct bell { uint64_t id; uint32_t length; uint32_t good; };	/* id 0: a new child */

/* ---- the child: no key, no file, one socket ---- */

static void
ring(int fd, const struct bell *b)
{
	if (send(fd, b, sizeof(*b), MSG_NOSIGNAL) != (ssize_t)sizeof(*b))
		_exit(1);
}

static void
work(struct packer_memory *m, struct bell *b)
{
	DROP(buf_wipe) struct buf piece = {0};
	struct err e = {0};
	bool good = b->length <= sizeof(m->in) && compose(span_of(m->in, b->length), &piece, &e) &&
	    buf_ok(&piece, &e) && piece.len <= sizeof(m->out);

	explicit_bzero(m->in, b->length <= sizeof(m->in) ? b->length : 0);
	if (good)
		memcpy(m->out, piece.data, piece.len);
	else
		log_err("packing child", &e);
	*b = (struct bell){ .id = b->id, .good = good, .length = good ? (uint32_t)piece.len : 0 };
}

static void
pack_all(int fd, void *arg)
{
	struct bell b;

	for (;;) {
		ssize_t n = recv(fd, &b, sizeof(b), 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n != (ssize_t)sizeof(b))
			return;		/* the keeper is gone */
		work(*(struct packer_memory **)arg, &b);
		ring(fd, &b);
	}
}

static void
say_anew(int fd)
{
	static const struct bell anew;

	ring(fd, &anew);
}

bool
packer_start(struct packer_link *l, bool unwalled, struct err *e)
{
	static struct packer_memory *shared;
	static const struct child_spec spec = { .name = "packing child", .run = pack_all, .anew = say_anew, .arg = &shared };
	void *p = mmap(NULL, sizeof(struct packer_memory), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return FAIL(e, ERR_MEMORY, "packer: no memory to share");
	(void)madvise(p, sizeof(struct packer_memory), MADV_DONTDUMP);
	*l = (struct packer_link){ .memory = p };
	shared = p;
	if (child_start(&l->fd, &spec, unwalled, e))
		return true;
	munmap(p, sizeof(struct packer_memory));
	return false;
}

/* ---- the keeper's side ---- */

struct waiting {			/* one request put off; ask->work points here */
	struct packed	packed;		/* first: packer_done hands it out */
	struct packer	*of;
	struct ipc_ask	*ask;
	bool		over;		/* back in a batch: no longer ours to run */
};

struct packer {
	int		fd;
	struct packer_memory *memory;
	void		(*again)(void *, struct ipc_ask *);
	void		*server;
	uint64_t	id;		/* of what is under way; 0: nothing */
	uint64_t	last_id;
	int64_t		since;		/* pulse_count() when it was given */
	size_t		length;		/* of its order */
	struct waiting	*waiting;	/* for it; NULL: nobody any more */
	bool		gone;
};

bool
packer_open(struct packer **out, const struct packer_link *l, void (*again)(void *, struct ipc_ask *),
    void *server, struct err *e)
{
	struct packer *p = calloc(1, sizeof(*p));

	if (p == NULL) {
		close(l->fd);
		munmap(l->memory, sizeof(*l->memory));
		return FAIL(e, ERR_MEMORY, "packer");
	}
	*p = (struct packer){ .fd = l->fd, .memory = l->memory, .again = again, .server = server };
	*out = p;
	return true;
}

void
packer_drop(struct packer **p)
{
	if (*p == NULL)
		return;
	close((*p)->fd);
	explicit_bzero((*p)->memory, sizeof(*(*p)->memory));
	munmap((*p)->memory, sizeof(*(*p)->memory));
	wipe_free(*p);
	*p = NULL;
}

static void
waiting_drop(void *its)
{
	struct waiting *w = its;

	if (!w->over && w->of->waiting == w)
		w->of->waiting = NULL;		/* its piece will be thrown away */
	buf_wipe(&w->packed.note);
	buf_wipe(&w->packed.out);
	wipe_free(w);
}

bool
packer_ask(struct packer *p, struct ipc_ask *ask, const struct buf *order, const struct buf *note, struct err *e)
{
	struct bell b = { .id = p->last_id + 1, .length = (uint32_t)order->len };
	struct waiting *w;

	TRY(buf_ok(order, e));
	if (order->len > PACKER_IN)
		return FAIL(e, ERR_INPUT, "packer: an order of %zu bytes", order->len);
	if (p->gone || p->id != 0 || ask->work != NULL)
		return FAIL(e, ERR_BUSY, "packer: another piece is under way");
	w = calloc(1, sizeof(*w));
	if (w == NULL)
		return FAIL(e, ERR_MEMORY, "packer");
	memcpy(p->memory->in, order->data, order->len);
	if (send(p->fd, &b, sizeof(b), MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)sizeof(b)) {
		explicit_bzero(p->memory->in, order->len);
		wipe_free(w);
		return FAIL(e, ERR_BUSY, "packer: the child does not listen");
	}
	*w = (struct waiting){ .of = p, .ask = ask };
	buf_add(&w->packed.note, note->data, note->len);
	p->id = p->last_id = b.id;
	p->since = pulse_count();
	p->length = order->len;
	p->waiting = w;
	ask->work = w;
	ask->work_drop = waiting_drop;
	return true;
}

const struct packed *
packer_done(const struct ipc_ask *ask)
{
	struct waiting *w = ask->work;

	return ask->work_drop == waiting_drop && w != NULL && w->over ? &w->packed : NULL;
}

/* What was under way is over, with a piece or (length 0) without. */
static void
over(struct packer *p, size_t length)
{
	struct waiting *w = p->waiting;

	if (w != NULL) {
		buf_add(&w->packed.out, p->memory->out, length);
		w->packed.failed = length == 0 || w->packed.out.failed || w->packed.note.failed;
		w->over = true;
	}
	explicit_bzero(p->memory->in, p->length);
	explicit_bzero(p->memory->out, length);
	p->id = 0;
	p->waiting = NULL;
	if (w != NULL)
		p->again(p->server, w->ask);
}

void
packer_readable(struct packer *p)
{
	struct bell b;
	ssize_t n;

	while ((n = recv(p->fd, &b, sizeof(b), MSG_DONTWAIT)) == (ssize_t)sizeof(b)) {
		if (b.id == 0) {
			log_warn("the packing child was started anew");
			if (p->id != 0)
				over(p, 0);
		} else if (b.id == p->id) {
			over(p, b.good != 0 && b.length <= PACKER_OUT ? b.length : 0);
		}
	}
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		if (!p->gone)
			log_warn("the packing child is gone for good");
		p->gone = true;
		if (p->id != 0)
			over(p, 0);
	}
}

int
packer_fd(const struct packer *p)
{
	return p->fd;
}

bool
packer_alive(const struct packer *p, int64_t limit_s)
{
	return !p->gone && (p->id == 0 || limit_s == 0 || pulse_count() - p->since <= limit_s * 1000);
}
