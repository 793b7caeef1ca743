#include "ledger/base/ipc_room.h"

#define PEER_PART	16u
#define STRANGERS_PART	8u

/* Whose peer is gone counts until its request is done: it has its place as long. */
static size_t
held(const struct ipc_server *s, unsigned bit)
{
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		n += s->conns[i]->peer == bit;
	return n;
}

size_t
ipc_room_strangers_most(const struct ipc_server *s)
{
	return s->most / STRANGERS_PART;
}

bool
ipc_room_peer(const struct ipc_server *s, unsigned bit)
{
	size_t share = s->most / PEER_PART, taken = 0;

	for (size_t i = 0; i < s->svc->peer_count; i++) {
		size_t n = held(s, s->svc->peers[i].bit) + (s->svc->peers[i].bit == bit);

		taken += n > share ? n : share;
	}
	return taken <= s->most - ipc_room_strangers_most(s);
}

size_t
ipc_room_strangers(const struct ipc_server *s, struct ipc_conn **silent)
{
	size_t n = 0;

	*silent = NULL;
	for (size_t i = 0; i < s->count; i++) {
		struct ipc_conn *c = s->conns[i];

		if (c->fd < 0 || c->peer != 0)
			continue;
		n++;
		if (*silent == NULL || c->since < (*silent)->since)
			*silent = c;
	}
	return n;
}
