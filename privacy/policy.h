/*
 * privacy/policy.h - which versions of the two policies are in force.
 *
 * A join and an answer record these numbers; a member whose recorded numbers
 * are older is asked again (SESSION_POLICY_DUE).  The texts are pages.
 */
#ifndef PRIVACY_POLICY_H
#define PRIVACY_POLICY_H

#define POLICY_AGREEMENT_VERSION	2u
#define POLICY_STATEMENT_VERSION	2u
#define POLICY_DATE			"2026-11-27"

#endif
