#include "rare.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/sometimes.h"

/* Set by the linker: the begin and the end of the section. */
extern struct sometimes __start_sometimes[];
extern struct sometimes __stop_sometimes[];

/* What random runs bring about never, or too seldom to count on it, each with what would have to coincide. */
static const struct {
    const char *name;
    const char *reason;
} seldom[] = {
    {"a_case_was_not_indexed_for_its_key_was_not_read", "a disk that gives a sector no more (sim_search)"},
    {"a_key_was_not_overwritten", "a disk that takes a sector no more (sim_keys_unread)"},
    {"a_key_was_not_read", "a disk that gives a sector no more (sim_keys_unread)"},
    {"a_message_was_left_out_for_its_share_is_used_up", "more than 16 messages beyond a share (sim_shares)"},
    {"a_message_waited_for_a_key", "a disk that gives a sector no more (sim_keys_unread)"},
    {"a_person_told_by_hand_what_was_owed", "something owed to an agency just revoked (sim_by_hand)"},
    {"a_message_was_recorded_again_with_the_time_of_now",
     "a clock that a person lowers while a message waits (sim_clock)"},
    {"a_refusal_brought_a_newer_key", "bundles lost on a link that stands for the three weeks that a key is kept"},
    {"a_segment_of_the_index_was_damaged", "bytes that somebody changed (sim_search)"},
    {"a_segment_of_what_was_asked_was_damaged", "bytes that somebody changed (sim_asked_segments)"},
    {"a_withdrawal_came_in_another_message", "two histories of one log (sim_evidence), or a receipt that is refused"},
    {"a_withdrawal_met_a_statement_that_was_under_way", "a last day within the hour of a withdrawal (sim_received)"},
    {"a_rewrap_that_was_cut_short_was_finished", "a crash in a second of a day (sim_rewrapping)"},
    {"an_import_was_dropped", "an import of many steps whose asker goes, or which a crash ends (sim_imports)"},
    {"an_entry_in_our_name_was_anothers", "an entry that is signed with a key of another's (sim_entries)"},
    {"an_entry_in_the_clear_was_sealed", "a home of an earlier schema (sim_entries)"},
    {"an_entry_of_our_own_hid", "an agency that becomes unlisted (sim_entries)"},
    {"an_entry_was_forgotten", "an agency that becomes unlisted (sim_entries)"},
    {"data_came_that_its_consent_does_not_cover_any_more", "a consent whose last day ends while data is on its way"},
    {"data_met_the_withdrawal_of_its_consent", "a withdrawal that overtakes data on one link"},
    {"data_waited_for_the_right_time_of_its_recipient", "a last day within the days of a doubt (sim_days_off)"},
    {"erasing_waited_for_a_key_that_is_held", "a new machine's withdrawal within a day (sim_holds)"},
    {"more_consents_were_to_be_erased_than_a_tick_takes", "more consents of one day than a run has (sim_received)"},
    {"something_came_for_what_was_erased",
     "an update that the receipt of a no overtakes on one link (sim_referral_erasing)"},
    {"keys_were_not_wrapped_anew_for_now", "a disk without room at the change of a day (sim_rewrapping)"},
    {"slots_that_are_not_read_were_passed_over", "a disk that gives a sector no more (unit_exchange_test_vault)"},
    {"two_entries_had_one_number", "a home that was copied and said two things under one number (sim_entries)"},
    {"what_had_been_answered_was_owed_again", "a machine replaced after it had answered (sim_lost_there)"},
    {"what_was_owed_was_lost_there", "a machine replaced before it was answered (sim_lost_there)"},
    {"what_was_owed_was_refused_there", "an answer to what the other node does not know (sim_owed_refused)"},
};

static const char *reason_of(const char *name)
{
    for (size_t i = 0; i < sizeof seldom / sizeof *seldom; i++)
        if (strcmp(seldom[i].name, name) == 0)
            return seldom[i].reason;
    return NULL;
}

size_t rare_print_never(void)
{
    size_t never = 0;

    for (const struct sometimes *s = __start_sometimes; s != __stop_sometimes; s++) {
        const char *reason = reason_of(s->name);

        if (s->count != 0)
            continue;
        (void)printf("never ran: %s%s%s\n", s->name, reason != NULL ? "; seldom: " : "", reason != NULL ? reason : "");
        never += reason == NULL;
    }
    return never;
}

void rare_print(void)
{
    for (const struct sometimes *s = __start_sometimes; s != __stop_sometimes; s++)
        (void)printf("%10" PRIu64 "  %s\n", s->count, s->name);
}
