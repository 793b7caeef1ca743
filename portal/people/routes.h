/* portal/people/routes.h - the addresses of this room and the handlers behind them. */
#ifndef PORTAL_PEOPLE_ROUTES_H
#define PORTAL_PEOPLE_ROUTES_H
#include "portal/web/visit.h"

extern const struct route people_routes[];
extern const size_t people_route_count;
extern const struct route_ahead people_ahead[];
extern const size_t people_ahead_count;

typedef bool handler(struct visit *v, struct err *e);

/* join.c */
handler join_show, join_send, verify_show, verify_take;
/* sign.c */
handler sign_in_show, sign_in_do, sign_in_cert_show, sign_in_cert_do, signed_out_show, role_taken_show, sign_out_do;
handler password_show, password_again, password_change_show, password_change_do;
/* recover.c */
handler forgot_show, forgot_send, reset_show, reset_do;
/* home.c */
handler lists_show, list_set, list_one_click;
handler home_show, settings_show, setting_certificate, role_show, role_do, policy_show, policy_answer;
handler sessions_show, session_end;
/* data.c */
handler data_show, data_erase, names_show, names_save, birth_show, birth_save;
handler nationality_show, nationality_save, document_show, document_save;
/* names.c */
handler own_names_show, name_add_show, name_add, name_change_show, name_change, name_first;
handler name_erase_show, name_erase_do, birth_new_show, birth_new, birth_new_drop;
/* questions.c */
handler questions_show, questions_save;
/* history.c */
handler history_show, history_entry_show;
/* addresses.c */
handler addresses_show, address_add, address_again, address_primary, address_remove_show, address_remove_do;
/* trusted.c */
handler trusted_show, trusted_name, trusted_end, trusted_answer, trusted_close;
#endif
