/* SPDX-License-Identifier: MIT */
/* faults_test.c - one fault plan out of flags, files and variables: what is in it, in which order,
 * and where messages say that it is wrong. */
#include "common/faults.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/config_file.h"
#include "support/harness.h"

/* A command that has these flags, and no others. */
enum {
    FAULT,
    FAULT_FILE,
    DROP_RATE,
    RESPONSE_DELAY,
    BANDWIDTH,
    SEED,
    N_SPECS
};
static const option_spec specs[N_SPECS] = {
    [FAULT] = {.name = "fault", .type = OPTION_LIST},
    [FAULT_FILE] = {.name = "fault-file", .type = OPTION_LIST},
    [DROP_RATE] = {.name = "drop-rate", .type = OPTION_NUMBER, .range = "0..1"},
    [RESPONSE_DELAY] = {.name = "response-delay", .type = OPTION_DURATION, .range = "0s..8760h"},
    [BANDWIDTH] = {.name = "bandwidth", .type = OPTION_COUNT, .range = "64..1000G"},
    [SEED] = {.name = "seed", .type = OPTION_COUNT, .range = "0..1000"},
};
static const fault_flags flags = {FAULT, FAULT_FILE, DROP_RATE, RESPONSE_DELAY, BANDWIDTH};

static options o;
static config_file file;
static dhcpperf_fault_plan *plan;
static char error[640], folder[64], text[4096];

static void setup(void)
{
    ck_assert_int_eq(options_init(&o, "dhcp-tester", specs, N_SPECS), 0);
    memset(&file, 0, sizeof file);
    strcpy(folder, "faults_test.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void teardown(void)
{
    static const char *const names[] = {"rules", "rtt.txt", "a b", "empty"};
    char path[100];
    unsigned i;

    for (i = 0; i < 4; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    ck_assert_int_eq(rmdir(folder), 0);
    dhcpperf_fault_plan_free(plan);
    plan = NULL;
    o.file = NULL;
    config_free(&file);
    options_free(&o);
}

static const char *write_file(const char *name, const char *content)
{
    static char path[100];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(content, f), 0);
    ck_assert_int_eq(fclose(f), 0);
    return path;
}

static void give(unsigned option, const char *value)
{
    ck_assert_msg(options_set(&o, option, OPTION_FROM_COMMAND_LINE, "it", value) == 0, "%s",
                  o.error);
}

static int build(void)
{
    dhcpperf_fault_plan_free(plan);
    plan = NULL;
    return faults_build(&plan, &o, &flags, DHCPPERF_FAULT_SERVER, error, sizeof error);
}

static const char *built(void)
{
    ck_assert_msg(build() == 0, "%s", error);
    if (plan == NULL) {
        return "";
    }
    ck_assert_int_ge(dhcpperf_fault_plan_format(plan, text, sizeof text), 0);
    return text;
}

static void read_config(const char *name, config_format format, const char *content)
{
    ck_assert_msg(config_parse(&file, name, format, content, strlen(content)) == 0, "%s",
                  file.error);
    ck_assert_msg(config_apply(&file, &o) == 0, "%s", file.error);
    o.file = &file;
}

/* ---- what is in the plan ----------------------------------------------------------------------
 */

START_TEST(nothing_asked_for_is_no_plan)
    {
        ck_assert_str_eq(built(), "");
        give(DROP_RATE, "0");
        give(RESPONSE_DELAY, "0s");
        give(FAULT, "# nothing");
        ck_assert_str_eq(built(), "");
        ck_assert_ptr_null(plan);
    }
END_TEST

START_TEST(flags_stand_for_rules)
    {
        give(BANDWIDTH, "10M");
        give(RESPONSE_DELAY, "50ms");
        give(DROP_RATE, "0.05");
        give(FAULT, "nak renew; drop nak");
        give(FAULT, "slow: delay 1s");
        ck_assert_str_eq(built(), "drop-rate: drop on any-request p=0.05\n"
                                  "nak on renew\n"
                                  "drop on nak\n"
                                  "slow: delay 1s on any-reply\n"
                                  "response-delay: delay 50ms on any-reply also=yes\n"
                                  "bandwidth: bandwidth 10M queue 64k on any-reply also=yes\n");
    }
END_TEST

START_TEST(files_of_rules_follow_the_flags)
    {
        give(FAULT_FILE, write_file("rules", "# two\nmatch all\ndrop offer\r\n\ndrop ack"));
        give(FAULT, "drop nak");
        ck_assert_str_eq(built(), "match all\ndrop on nak\ndrop on offer\ndrop on ack\n");
    }
END_TEST

START_TEST(a_file_of_samples_takes_the_place_of_its_name)
    {
        char rule[200];

        snprintf(rule, sizeof rule, "delay samples @%s on offer, ack p=0.5",
                 write_file("rtt.txt", "# measured\n0.08 80ms\n1.5,2s\n\n"));
        give(FAULT, rule);
        ck_assert_str_eq(built(), "delay samples 80ms 80ms 1s500ms 2s on offer, ack p=0.5\n");
    }
END_TEST

/* Paths in a file begin where the file is; they may stand in quotes. */
START_TEST(samples_are_found_beside_the_rules)
    {
        (void)write_file("a b", "1ms");
        (void)write_file("rtt.txt", "2ms");
        give(FAULT_FILE,
             write_file("rules", "delay samples @\"a b\" 5ms on offer # @not\n"
                                 "delay samples 1ms @rtt.txt 3ms ack;set sname = \"@x\" nak"));
        ck_assert_str_eq(built(), "delay samples 1ms 5ms on offer\n"
                                  "delay samples 1ms 2ms 3ms on ack\n"
                                  "set sname = \"@x\" on nak\n");
    }
END_TEST

START_TEST(a_configuration_has_faults_in_yaml)
    {
        static const char both[] =
            "faults: [commit]\nclient:\n  fault:\n    - drop offer p=0.1\n"
            "    - slow: delay 1s on ack\nserver:\n  faults:\n    - withdraw\n";
        static const char *const forms[] = {
            "client:\n  faults:\n  - drop offer p=0.1\n  - 'slow: delay 1s on ack'\n",
            "client: {faults: [drop offer p=0.1, 'slow: delay 1s on ack']}\n",
            "client:\n  faults:\n  - drop offer p=0.1\n  - slow: delay 1s on ack\n",
            "client:\n  faults: |\n    drop offer p=0.1 # one\n    slow: delay 1s on ack\n",
            both,
        };

        if (!config_has_yaml()) {
            return;
        }
        read_config("x.yaml", CONFIG_YAML, forms[_i]);
        give(FAULT, "drop nak");
        ck_assert_str_eq(built(), "drop on nak\ndrop on offer p=0.1\nslow: delay 1s on ack\n");
    }
END_TEST

START_TEST(a_configuration_has_faults_as_key_and_value)
    {
        if (!config_has_key_value()) {
            return;
        }
        read_config("x.conf", CONFIG_KEY_VALUE,
                    "DHCP_DROP_RATE=0.25\nDHCP_RESPONSE_DELAY=10ms\n"
                    "[client]\nfault = drop offer p=0.1\nfault = slow: delay 1s on ack\n");
        ck_assert_str_eq(built(), "drop-rate: drop on any-request p=0.25\n"
                                  "drop on offer p=0.1\nslow: delay 1s on ack\n"
                                  "response-delay: delay 10ms on any-reply also=yes\n");
    }
END_TEST

/* ---- where it is wrong ------------------------------------------------------------------------
 */

static void assert_wrong(const char *want)
{
    ck_assert_int_eq(build(), -1);
    ck_assert_ptr_null(plan);
    ck_assert_str_eq(error, want);
}

#define SHARES "a probability is 0 to 1 or 0% to 100%, with nine decimals at most"

START_TEST(a_flag_is_wrong_at_a_character)
    {
        give(FAULT, "drop nak");
        give(FAULT, "drop offer p=1.2 nth=3");
        assert_wrong("--fault, character 14: " SHARES "\n"
                     "    drop offer p=1.2 nth=3\n"
                     "                 ^");
    }
END_TEST

START_TEST(the_end_of_a_flag_is_a_place_too)
    {
        give(FAULT, "delay");
        give(FAULT, "drop nak");
        ck_assert_int_eq(build(), -1);
        ck_assert_msg(strncmp(error, "--fault, character 6: a delay is", 32) == 0, "%s", error);
        ck_assert_msg(strstr(error, "\n    delay\n         ^") != NULL, "%s", error);
    }
END_TEST

START_TEST(characters_are_counted_not_octets)
    {
        give(FAULT, "set file = \"\xc3\xa9\xc3\xa9\" p=1.2");
        assert_wrong("--fault, character 19: " SHARES "\n"
                     "    set file = \"\xc3\xa9\xc3\xa9\" p=1.2\n"
                     "                      ^");
    }
END_TEST

START_TEST(control_characters_are_shown_not_sent)
    {
        give(FAULT, "drop\tp=\x1b[2J");
        ck_assert_int_eq(build(), -1);
        ck_assert_ptr_null(strchr(error, '\x1b'));
        ck_assert_msg(strstr(error, "    drop p=\\x1b[2J\n           ^") != NULL, "%s", error);
    }
END_TEST

START_TEST(a_long_line_is_shown_in_part)
    {
        char rule[600] = "drop", *at;
        size_t n;

        memset(rule + 4, ' ', 500);
        strcpy(rule + 300, "p=1.2");
        give(FAULT, rule);
        ck_assert_int_eq(build(), -1);
        at = strchr(error, '\n');
        ck_assert_ptr_nonnull(at);
        n = strcspn(at + 1, "\n");
        ck_assert_uint_le(n, 80);
        ck_assert_ptr_eq(strchr(at + 1 + n, '^'), at + 1 + n + 1 + (strstr(at, "1.2") - at - 1));
    }
END_TEST

START_TEST(a_line_of_a_flag_is_named)
    {
        give(FAULT, "drop nak\ndrop offer\n  drop p=2");
        assert_wrong("--fault, line 3, character 10: " SHARES "\n"
                     "      drop p=2\n"
                     "             ^");
    }
END_TEST

START_TEST(a_variable_is_called_by_its_name)
    {
        static char *const environment[] = {"DHCP_FAULT=drup", NULL};

        ck_assert_int_eq(options_read_environment(&o, environment), 0);
        ck_assert_int_eq(build(), -1);
        ck_assert_msg(strncmp(error, "DHCP_FAULT, character 1: ", 25) == 0, "%s", error);
    }
END_TEST

START_TEST(a_file_is_wrong_at_a_line_and_column)
    {
        char want[300];

        give(FAULT, "drop nak");
        give(FAULT_FILE, write_file("rules", "drop offer\n# x\n  drop ack p=1.2\n"));
        snprintf(want, sizeof want, "%s/rules:3:14: %s\n      drop ack p=1.2\n                 ^",
                 folder, SHARES);
        assert_wrong(want);
    }
END_TEST

START_TEST(a_configuration_is_wrong_in_a_line)
    {
        if (!config_has_yaml()) {
            return;
        }
        read_config("x.yaml", CONFIG_YAML,
                    "client:\n  faults:\n  - drop offer\n  - drop ack p=1.2\n");
        assert_wrong("x.yaml:4: at character 12 of the rule, " SHARES "\n"
                     "    drop ack p=1.2\n"
                     "               ^");
    }
END_TEST

START_TEST(samples_are_wrong_in_their_own_file)
    {
        char rule[200], want[300];

        snprintf(rule, sizeof rule, "delay samples @%s", write_file("rtt.txt", "1ms\n2ms 3\n4x 5"));
        give(FAULT, rule);
        snprintf(want, sizeof want,
                 "%s/rtt.txt:3:1: a time is a number with a unit, as in 80ms or 1h30m, 8760h at "
                 "most\n    4x 5\n    ^",
                 folder);
        assert_wrong(want);
        (void)write_file("rtt.txt", "1ms\n2ms ; drop\n");
        snprintf(want, sizeof want,
                 "%s/rtt.txt:2:5: a file of samples has times and nothing else, as in 0.08 or "
                 "80ms\n    2ms ; drop\n        ^",
                 folder);
        assert_wrong(want);
        (void)write_file("rtt.txt", "# nothing\n");
        snprintf(want, sizeof want, "there is nothing in '%s/rtt.txt'", folder);
        assert_wrong(want);
    }
END_TEST

/* What comes behind samples is still where it was. */
START_TEST(places_behind_samples_are_right)
    {
        const char *line, *mark;
        char rule[200];

        snprintf(rule, sizeof rule, "delay samples @%s p=7", write_file("rtt.txt", "1ms\n2ms\n"));
        give(FAULT, rule);
        ck_assert_int_eq(build(), -1);
        line = strchr(error, '\n') + 1;
        mark = strchr(line, '\n') + 1;
        ck_assert_int_eq(line[strcspn(mark, "^")], '7');
    }
END_TEST

START_TEST(files_that_cannot_be_read_are_named)
    {
        give(FAULT_FILE, "/nonesuch/rules");
        assert_wrong("the file of fault rules '/nonesuch/rules' cannot be read: No such file or "
                     "directory");
        options_free(&o);
        ck_assert_int_eq(options_init(&o, "dhcp-tester", specs, N_SPECS), 0);
        give(FAULT, "delay samples @/nonesuch/rtt");
        assert_wrong("the file of samples '/nonesuch/rtt' cannot be read: No such file or "
                     "directory");
    }
END_TEST

START_TEST(a_name_follows_an_at_sign)
    {
        static const char *const rules[] = {"delay samples @", "delay samples @ x",
                                            "delay samples @\"", "delay samples @\"\""};

        give(FAULT, rules[_i]);
        ck_assert_int_eq(build(), -1);
        ck_assert_msg(strncmp(error, "--fault, character 15: the name of a file", 41) == 0, "%s",
                      error);
    }
END_TEST

START_TEST(a_name_of_ours_is_taken)
    {
        give(DROP_RATE, "0.1");
        give(FAULT, "drop-rate: drop offer");
        assert_wrong("--fault, character 1: each rule has a name of its own\n"
                     "    drop-rate: drop offer\n"
                     "    ^");
    }
END_TEST

START_TEST(texts_do_not_run_into_each_other)
    {
        give(FAULT, "drop");
        give(FAULT, "offer");
        ck_assert_int_eq(build(), -1);
        ck_assert_msg(strncmp(error, "--fault, character 1: an action", 31) == 0, "%s", error);
    }
END_TEST

START_TEST(maps_are_refused_in_plain_words)
    {
        if (!config_has_yaml()) {
            return;
        }
        read_config("x.yaml", CONFIG_YAML, "client:\n  faults:\n  - [drop, offer]\n");
        ck_assert_int_eq(build(), -1);
        ck_assert_msg(strncmp(error, "x.yaml:3: 'faults' is a list of rules", 37) == 0, "%s",
                      error);
    }
END_TEST

/* A running command reads no files for others. */
START_TEST(a_text_from_elsewhere_names_no_files)
    {
        char rule[200];

        snprintf(rule, sizeof rule, "delay samples @%s", write_file("rtt.txt", "1ms"));
        ck_assert_int_eq(
            faults_parse(&plan, DHCPPERF_FAULT_SERVER, "plan", rule, error, sizeof error), -1);
        ck_assert_msg(strncmp(error, "plan, character 15: a time is", 29) == 0, "%s", error);
        ck_assert_int_eq(faults_parse(&plan, DHCPPERF_FAULT_SERVER, "plan", "drop; drop nak", error,
                                      sizeof error),
                         0);
        ck_assert_uint_eq(dhcpperf_fault_plan_count(plan), 2);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, nothing_asked_for_is_no_plan);
    tcase_add_test(tc, flags_stand_for_rules);
    tcase_add_test(tc, files_of_rules_follow_the_flags);
    tcase_add_test(tc, a_file_of_samples_takes_the_place_of_its_name);
    tcase_add_test(tc, samples_are_found_beside_the_rules);
    tcase_add_loop_test(tc, a_configuration_has_faults_in_yaml, 0, 5);
    tcase_add_test(tc, a_configuration_has_faults_as_key_and_value);
    tcase_add_test(tc, a_flag_is_wrong_at_a_character);
    tcase_add_test(tc, the_end_of_a_flag_is_a_place_too);
    tcase_add_test(tc, characters_are_counted_not_octets);
    tcase_add_test(tc, control_characters_are_shown_not_sent);
    tcase_add_test(tc, a_long_line_is_shown_in_part);
    tcase_add_test(tc, a_line_of_a_flag_is_named);
    tcase_add_test(tc, a_variable_is_called_by_its_name);
    tcase_add_test(tc, a_file_is_wrong_at_a_line_and_column);
    tcase_add_test(tc, a_configuration_is_wrong_in_a_line);
    tcase_add_test(tc, samples_are_wrong_in_their_own_file);
    tcase_add_test(tc, places_behind_samples_are_right);
    tcase_add_test(tc, files_that_cannot_be_read_are_named);
    tcase_add_loop_test(tc, a_name_follows_an_at_sign, 0, 4);
    tcase_add_test(tc, a_name_of_ours_is_taken);
    tcase_add_test(tc, texts_do_not_run_into_each_other);
    tcase_add_test(tc, maps_are_refused_in_plain_words);
    tcase_add_test(tc, a_text_from_elsewhere_names_no_files);
}
HARNESS_MAIN("tools/faults", tests)
