/*
 * privacy/keeper/ops.h - the handlers of all operations (privacy/keeper/op.h
 * says what each takes and gives; privacy/keeper/ops.c what each demands).
 */
#ifndef PRIVACY_KEEPER_OPS_H
#define PRIVACY_KEEPER_OPS_H
#include "privacy/keeper/keeper.h"

keeper_run op_ready;						/* keeper/keeper.c */

/* joining: facts/join.c; links: facts/mailed.c; signing in: facts/signin.c, session.c; recovery: facts/recovery.c */
keeper_run op_join, op_mail_look, op_mail_take, op_sign_in, op_sign_in_cert, op_forgot,
    op_reset_look, op_reset_take, op_password_again, op_password_change, op_sign_out, op_sessions;

/* own data: facts/member.c, rights/{see,correct,erase_field}.c, facts/{question,history,setting,role}.c */
keeper_run op_home, op_data, op_who, op_data_set, op_data_erase, op_questions, op_questions_set,
    op_history, op_history_entry, op_setting_set, op_settings, op_policy_answer, op_role_code;

/* addresses: facts/addresses.c */
keeper_run op_addresses, op_address_add, op_address_again, op_address_primary, op_address_remove;

/* domains: facts/domain.c */
keeper_run op_domains, op_domain_add, op_domain_challenge, op_domain_look, op_domain_proved,
    op_domain_remove;

/* certificates: facts/register.c and its neighbours */
keeper_run op_certs, op_cert, op_cert_choices, op_cert_ticket, op_cert_stored, op_cert_change,
    op_cert_changed, op_cert_note, op_cert_show;

/* one-use addresses: facts/once.c */
keeper_run op_once_mint, op_once_take;

/* the clerk: facts/mail.c, keeper/clerk.c */
keeper_run op_mail_next, op_mail_done, op_tickets_open, op_ticket_cancel,
    op_tickets_stored, op_tickets_told, op_sweep, op_tree,
    op_checkpoint, op_faces;

/* the assurer challenge: facts/assurer_challenge.c, its questions: facts/question_bank.c */
keeper_run op_challenge, op_challenge_begin, op_challenge_answer, op_bank_put, op_bank_done, op_banks;
/* what is published: facts/published.c; the directory: facts/listing.c; messages: facts/contact.c */
keeper_run op_published_stands, op_published_open, op_published_over, op_published_strays,
    op_listing, op_listing_announce, op_listing_end, op_contact_send, op_contact_answer;

/* control: facts/role.c (officer codes), keeper/control.c, facts/issuer_gone.c */
keeper_run op_officer_codes, op_health, op_doctor, op_system_entry, op_mail_test, op_counts, op_issuer_gone, op_issuers_said;

/* counts: keeper/tally.c */
keeper_run op_tallies;

/* names: facts/names.c */
keeper_run op_names, op_name_put, op_name_main, op_name_erase, op_birth_propose, op_birth_look;

/* the web of trust: facts/handover_own.c, handover_use.c, assure.c, sign.c, assurances.c */
keeper_run op_handover_new, op_handovers, op_handover_end, op_handover_take, op_handover_look,
    op_handover_match, op_meetings, op_handover_show, op_handover_leave, op_assure_draft, op_drafts, op_draft_drop,
    op_assure_sign, op_points, op_assurances, op_assurance_confirm, op_assurance_withdraw, op_parent_withdraw;

/* founding, objections, standing: facts/{founding,decision,standing}.c */
keeper_run op_founder_offer, op_founders, op_founding_ask, op_decisions, op_decision_look, op_decision_vote,
    op_standing_look, op_standing_ask, op_assurance_object;

/* a member's copy: rights/export_fetch.c, export_step.c */
keeper_run op_export_ask, op_export_look, op_export_drop, op_export_mint, op_export_open, op_export_piece,
    op_export_given, op_export_next, op_export_go, op_export_case;
/* third parties and paper: facts/{handover_own,paper}.c */
keeper_run op_ttp_new, op_papers, op_paper_destroyed, op_paper_still, op_paper_offer, op_paper_accept;
/* rights: rights/{restrict,erase}.c */
keeper_run op_rights, op_restrict, op_ask_first, op_erase_ask, op_erase_link, op_erase_stop, op_erase_now,
    op_erase_receipt, op_erase_run, op_erase_told;
/* cases: facts/case_own.c, case_visit.c, case_desk.c, case_field.c; seats: facts/seat.c */
keeper_run op_case_open, op_cases, op_case, op_case_say, op_case_allow, op_case_stands, op_case_visit_open, op_case_enter,
    op_case_visit, op_case_visit_number, op_case_visit_say, op_case_visit_stands, op_desk, op_desk_case, op_desk_take,
    op_desk_hand, op_desk_say, op_desk_extend, op_desk_close, op_desk_field, op_desk_find, op_role_ask, op_seats, op_seat_name;
/* mail and letters: facts/case_post.c, case_sort.c, bounce.c */
keeper_run op_post_take, op_post_carry, op_post_bounce, op_desk_sort, op_desk_letter;
/* lists: facts/wish.c */
keeper_run op_lists, op_list_set, op_list_mail;
/* proof of a stolen key: facts/key_proof.c */
keeper_run op_key_word, op_key_proved;
/* events and slips: facts/event.c, event_visit.c, event_own.c, slip_use.c */
keeper_run op_event_announce, op_event_end, op_event_sign_up, op_event_leave, op_events, op_event,
    op_event_check_in, op_event_check_out, op_slip_new, op_slips, op_slip_withdraw, op_slip_bring;

/* disclosures: rights/{disclose,disclose_file,recipient}.c */
keeper_run op_disclosure_ask, op_disclosures, op_disclosure, op_disclosure_mint, op_recipient_told;
/* officers of partner communities: rights/guest.c, guest_use.c */
keeper_run op_guest_ask, op_guest, op_guest_act, op_guest_vote, op_guest_end;
/* what public and auditors read: keeper/tally.c, rights/audit.c */
keeper_run op_report, op_audit, op_audit_lines, op_audit_pack;
/* versions of the policies: facts/member.c; ways back into a lost account: facts/lost.c, lost_use.c */
keeper_run op_policy, op_lost_start, op_lost_sheet, op_lost_confirm, op_lost_password, op_lost_look, op_lost_answer, op_lost_take;
/* the register of breaches: facts/breach.c */
keeper_run op_breaches, op_breach_enter, op_breach, op_breach_set;
/* trusted contacts: facts/trusted.c */
keeper_run op_trusted, op_trusted_name, op_trusted_answer, op_trusted_close;

/* operators: keeper/{rotate,backup}.c, rights/{retain,announce}.c */
keeper_run op_rotate, op_retention, op_backup, op_announce;
/* officers about cases and members: facts/name_change.c, rights/{hold,exclusion}.c */
keeper_run op_name_change, op_name_change_say, op_name_change_ask, op_hold_ask, op_hold_end_ask, op_holds,
    op_exclude_ask, op_exclude_end_ask, op_exclusions, op_decision_notice;
/* whom a report concerns is told later: facts/telling.c */
keeper_run op_telling_ask, op_tellings;
#endif
