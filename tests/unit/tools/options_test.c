/* SPDX-License-Identifier: MIT */
/* options_test.c - the registries of both commands: spelling, precedence, sentences. */
#include "common/options.h"

#include <stdio.h>
#include <string.h>

#include "common/server_options.h"
#include "common/units.h"
#include "dhcp-tester/tester_options.h"
#include "support/harness.h"

static options tester, server;

static void setup(void)
{
    ck_assert_int_eq(options_init(&tester, "dhcp-tester", tester_option_specs, tester_option_count),
                     0);
    ck_assert_int_eq(options_init(&server, "dhcp-server", server_option_specs, server_option_count),
                     0);
}

static void teardown(void)
{
    options_free(&tester);
    options_free(&server);
}

/* Reads a line of words into fresh options. */
static int read_words(options *o, const char *line)
{
    return options_read_line(o, line);
}

/* A refusal is one sentence: it holds `part`, no line break, and no full stop at its end. */
static void assert_refused(options *o, const char *line, const char *part)
{
    ck_assert_msg(read_words(o, line) != 0, "'%s' was accepted", line);
    ck_assert_msg(strstr(o->error, part) != NULL, "'%s': \"%s\" lacks \"%s\"", line, o->error,
                  part);
    ck_assert_msg(strchr(o->error, '\n') == NULL, "'%s': \"%s\"", line, o->error);
    ck_assert_msg(o->error[strlen(o->error) - 1] != '.', "'%s': \"%s\"", line, o->error);
}

START_TEST(both_spellings_mean_the_same)
    {
        static const char *const lines[] = {
            "-clients 1000 -progress -server=127.0.0.1",
            "--clients 1000 --progress --server=127.0.0.1",
            "-clients=1000 -progress=true -server 127.0.0.1",
            "--clients=1000 --progress=true --server 127.0.0.1",
            "-n 1000 -progress --server 127.0.0.1",
            "-n1000 -progress --server 127.0.0.1",
            "-clients 5 -clients 1000 -progress=false -progress -server x -server 127.0.0.1",
        };

        ck_assert_msg(read_words(&tester, lines[_i]) == 0, "line %d: %s", _i, tester.error);
        ck_assert_msg(tester.values[TESTER_CLIENTS].count == 1000, "line %d", _i);
        ck_assert_msg(tester.values[TESTER_PROGRESS].on == 1, "line %d", _i);
        ck_assert_msg(strcmp(tester.values[TESTER_SERVER].text, "127.0.0.1") == 0, "line %d", _i);
    }
END_TEST

START_TEST(the_specifications_own_line_is_read)
    {
        ck_assert_int_eq(read_words(&tester,
                                    "-server 127.0.0.1 -port 6767 -clients 1000 -concurrency 100 "
                                    "-retry -max-discover-retries 3 -max-request-retries 3 "
                                    "-timeout 30s -progress"),
                         0);
        ck_assert_uint_eq(tester.values[TESTER_PORT].count, 6767);
        ck_assert_uint_eq(tester.values[TESTER_CONCURRENCY].count, 100);
        ck_assert_int_eq(tester.values[TESTER_RETRY].on, 1);
        ck_assert_uint_eq(tester.values[TESTER_MAX_DISCOVER_RETRIES].count, 3);
        ck_assert_uint_eq(tester.values[TESTER_MAX_REQUEST_RETRIES].count, 3);
        ck_assert_uint_eq(tester.values[TESTER_TIMEOUT].dur, 30 * DHCPPERF_NS_PER_S);
        ck_assert_int_eq(tester.values[TESTER_PROGRESS].on, 1);
    }
END_TEST

START_TEST(a_value_may_look_like_a_flag)
    {
        /* The word after a flag that takes one belongs to it, whatever it looks like. */
        ck_assert_int_eq(read_words(&tester, "-circuit-id -clients -n 3 -remote-id --progress"), 0);
        ck_assert_str_eq(tester.values[TESTER_CIRCUIT_ID].text, "-clients");
        ck_assert_str_eq(tester.values[TESTER_REMOTE_ID].text, "--progress");
        ck_assert_uint_eq(tester.values[TESTER_CLIENTS].count, 3);
        ck_assert_int_eq(tester.values[TESTER_PROGRESS].on, 0);
    }
END_TEST

START_TEST(short_letters_bundle)
    {
        ck_assert_int_eq(read_words(&tester, "-vqn 7"), 0);
        ck_assert_int_eq(tester.values[TESTER_VERBOSE].on, 1);
        ck_assert_int_eq(tester.values[TESTER_QUIET].on, 1);
        ck_assert_uint_eq(tester.values[TESTER_CLIENTS].count, 7);
        /* A bundle that ends in a letter with a value takes the next word with it. */
        ck_assert_int_eq(read_words(&tester, "-vo -clients"), 0);
        ck_assert_str_eq(tester.values[TESTER_OUTPUT].text, "-clients");
    }
END_TEST

START_TEST(what_is_not_understood_is_refused_in_one_sentence)
    {
        static const struct {
            const char *line, *part;
        } v[] = {
            {"--clients 0", "--clients must be a whole number from 1 to 16777216, not '0'"},
            {"-clients 0", "--clients must be a whole number from 1 to 16777216, not '0'"},
            {"-n -5", "not '-5'"},
            {"--concurrency 0", "auto or a whole number from 1"},
            {"--concurrency none", "not 'none'"},
            {"--port 65536", "from 1 to 65535"},
            {"--timeout 30", "such as 500ms"},
            {"--timeout 0s", "from 1ms"},
            {"--mode fast", "simulation, realistic or broadcast, not 'fast'"},
            {"--gso maybe", "auto, on or off"},
            {"--bind localhost", "an IPv4 address"},
            {"--mac-base 02:00", "a MAC address"},
            {"--rate 0", "a number from 0.001"},
            {"--backoff-multiplier 0.5", "from 1 to 100"},
            {"--progress=maybe", "true or false, not 'maybe'"},
            {"--progress maybe", "'maybe' is not a flag"},
            {"--progress false", "a switch takes its value with '='"},
            {"--seed -1", "not '-1'"},
            {"--server ''", "--server must be HOST, not ''"},
            {"--clients", "--clients lacks its value"},
            {"-n", "--clients lacks its value"},
            {"--clint 5", "there is no flag '--clint', did you mean --clients"},
            {"-clint 5", "did you mean --clients"},
            {"--foo", "there is no flag '--foo' (see"},
            {"--gs on", "did you mean --gso"},
            {"--clnt 5", "there is no flag '--clnt' (see"},
            {"-con 5", "there is no flag '-con'"},
            {"--conc 5", "there is no flag '--conc'"},
            {"-x", "there is no flag '-x'"},
            {"-vx", "there is no flag '-vx'"},
            {"--", NULL},
            {"-", "'-' is not a flag"},
            {"clients=5", "'clients=5' is not a flag"},
            {"-- --clients", "'--clients' is not a flag"},
            {"--help=yes", "--help takes no value"},
            {"--=5", "there is no flag"},
            {"--live", "--live (the full-screen view) is not in this build"},
            {"-live", "--live (the full-screen view) is not in this build"},
            {"-live=false", "is not in this build"},
            {"--threshold x", "is not in this build"},
            {"--profile-port 6060",
             "--profile-port: there is no profiling port; use perf, or SIGUSR1 for a snapshot"},
            {"--option", "--option lacks its value, which must be NAME=VALUE"},
        };

        if (v[_i].part == NULL) {
            ck_assert_msg(read_words(&tester, v[_i].line) == 0, "line %d: %s", _i, tester.error);
        } else {
            assert_refused(&tester, v[_i].line, v[_i].part);
        }
    }
END_TEST

START_TEST(no_value_drives_the_terminal)
    {
        assert_refused(&tester, "--clients \033[2J\007", "not '\\x1b[2J\\x07'");
        ck_assert_ptr_null(strchr(tester.error, '\033'));
    }
END_TEST

/* U+009B alone begins an escape sequence, too, and so may the octet. */
START_TEST(what_is_repeated_is_printable_text)
    {
        static const struct {
            const char *text, *shown;
        } cases[] = {
            {"caf\xc3\xa9 \xed\x95\x9c \xf0\x9f\x98\x80",
             "caf\xc3\xa9 \xed\x95\x9c \xf0\x9f\x98\x80"},
            {"\xc2\x9b[2J", "\\xc2\\x9b[2J"},
            {"\xc2\xa0", "\xc2\xa0"},
            {"\x9b[2J", "\\x9b[2J"},
            {"a\xe2\x82", "a\\xe2\\x82"},
            {"\xc0\xaf\xe0\x80\xaf", "\\xc0\\xaf\\xe0\\x80\\xaf"},
            {"\xed\xa0\x80", "\\xed\\xa0\\x80"},
            {"\xf4\x90\x80\x80\xff", "\\xf4\\x90\\x80\\x80\\xff"},
            {"a\\\t\x7f", "a\\x5c\\x09\\x7f"},
        };
        size_t i;

        for (i = 0; i < sizeof cases / sizeof cases[0]; i++) {
            char shown[80];

            options_escape(cases[i].text, shown, sizeof shown);
            ck_assert_str_eq(shown, cases[i].shown);
        }
    }
END_TEST

START_TEST(the_command_line_wins_over_the_environment_and_that_over_defaults)
    {
        char *const env[] = {"PATH=/bin",        "DHCP_CLIENTS=50",      "DHCP_CONCURRENCY=20",
                             "DHCP_RELAY=true",  "DHCP_TIMEOUT=",        "DHCP_SERVER=a.example",
                             "DHCP_SERVER_IP=b", "DHCP_UNKNOWN=ignored", NULL};

        ck_assert_int_eq(options_read_environment(&tester, env), 0);
        ck_assert_int_eq(read_words(&tester, "-clients 60"), 0);
        ck_assert_uint_eq(tester.values[TESTER_CLIENTS].count, 60);
        ck_assert_int_eq(tester.values[TESTER_CLIENTS].source, OPTION_FROM_COMMAND_LINE);
        ck_assert_uint_eq(tester.values[TESTER_CONCURRENCY].count, 20);
        ck_assert_int_eq(tester.values[TESTER_CONCURRENCY].source, OPTION_FROM_ENVIRONMENT);
        ck_assert_int_eq(tester.values[TESTER_RELAY].on, 1);
        ck_assert_str_eq(tester.values[TESTER_SERVER].text, "a.example");
        ck_assert_uint_eq(tester.values[TESTER_TIMEOUT].dur, 5 * DHCPPERF_NS_PER_S);
        ck_assert_int_eq(tester.values[TESTER_TIMEOUT].source, OPTION_FROM_DEFAULT);
        ck_assert(!options_given(&tester, TESTER_TIMEOUT));
        ck_assert(options_given(&tester, TESTER_CONCURRENCY));
    }
END_TEST

START_TEST(the_order_of_reading_does_not_matter)
    {
        char *const env[] = {"DHCP_CLIENTS=50", "DHCP_OPTION=hostname=env", NULL};
        char *const bad[] = {"DHCP_CLIENTS=none", NULL};

        ck_assert_int_eq(read_words(&tester, "-clients 60 --option 60=a"), 0);
        ck_assert_int_eq(options_read_environment(&tester, env), 0);
        ck_assert_uint_eq(tester.values[TESTER_CLIENTS].count, 60);
        ck_assert_uint_eq(tester.values[TESTER_OPTION].n_items, 1);
        ck_assert_str_eq(tester.values[TESTER_OPTION].items[0], "60=a");
        ck_assert_int_ne(options_read_environment(&tester, bad), 0);
    }
END_TEST

START_TEST(the_variables_of_the_specification_are_known)
    {
        char *const env[] = {"DHCP_LISTEN_IP=0.0.0.0",
                             "DHCP_PORT=6767",
                             "DHCP_POOL_START=10.0.100.10",
                             "DHCP_POOL_END=10.0.100.50",
                             "DHCP_GATEWAY=10.0.100.1",
                             "DHCP_DNS1=8.8.8.8",
                             "DHCP_DNS2=8.8.4.4",
                             "DHCP_LEASE_TIME=2h",
                             "DHCP_MAX_HOPS=4",
                             NULL};
        char *const target[] = {"DHCP_SERVER_IP=192.0.2.7", NULL};

        ck_assert_int_eq(options_read_environment(&server, env), 0);
        assert_ip4_eq(server.values[SERVER_LISTEN].ip, "0.0.0.0");
        assert_ip4_eq(server.values[SERVER_START_IP].ip, "10.0.100.10");
        assert_ip4_eq(server.values[SERVER_END_IP].ip, "10.0.100.50");
        assert_ip4_eq(server.values[SERVER_DNS2].ip, "8.8.4.4");
        ck_assert_uint_eq(server.values[SERVER_LEASE_TIME].dur, 7200 * DHCPPERF_NS_PER_S);
        ck_assert_uint_eq(server.values[SERVER_MAX_HOPS].count, 4);
        /* One name, two meanings: the target of the tester, the listen address of the server. */
        ck_assert_int_eq(options_read_environment(&tester, target), 0);
        ck_assert_str_eq(tester.values[TESTER_SERVER].text, "192.0.2.7");
        ck_assert_int_eq(options_read_environment(&server, target), 0);
        assert_ip4_eq(server.values[SERVER_LISTEN].ip, "192.0.2.7");
    }
END_TEST

START_TEST(a_bad_variable_is_named_with_its_flag)
    {
        static const struct {
            const char *variable, *part;
        } v[] = {
            {"DHCP_CLIENTS=many", "DHCP_CLIENTS (--clients) must be a whole number"},
            {"DHCP_PORT=udp://10.0.0.7:67", "Kubernetes"},
            {"DHCP_PORT=tcp://10.0.0.7:67", "enableServiceLinks: false"},
            {"DHCP_LOG_LEVEL=debug", "the variable DHCP_LOG_LEVEL: --log-level"},
            {"DHCP_THRESHOLD=x", "is not in this build"},
        };
        char variable[64];
        char *env[] = {variable, NULL};

        snprintf(variable, sizeof variable, "%s", v[_i].variable);
        ck_assert_msg(options_read_environment(&tester, env) != 0, "%s accepted", variable);
        ck_assert_msg(strstr(tester.error, v[_i].part) != NULL, "vector %d: %s", _i, tester.error);
    }
END_TEST

START_TEST(a_list_grows_in_order_and_a_stronger_source_replaces_it)
    {
        char *const env[] = {"DHCP_OPTION=hostname=env", NULL};

        ck_assert_int_eq(options_read_environment(&tester, env), 0);
        ck_assert_uint_eq(tester.values[TESTER_OPTION].n_items, 1);
        ck_assert_int_eq(read_words(&tester, "--option 60=a -option 'hostname=b c' --option=77=d"),
                         0);
        ck_assert_uint_eq(tester.values[TESTER_OPTION].n_items, 3);
        ck_assert_str_eq(tester.values[TESTER_OPTION].items[0], "60=a");
        ck_assert_str_eq(tester.values[TESTER_OPTION].items[1], "hostname=b c");
        ck_assert_str_eq(tester.values[TESTER_OPTION].items[2], "77=d");
    }
END_TEST

START_TEST(help_stops_nothing_from_being_judged)
    {
        ck_assert_int_eq(read_words(&tester, "-h"), 0);
        ck_assert_int_eq(tester.action, TESTER_HELP);
        assert_refused(&tester, "--help --clients 0", "--clients");
    }
END_TEST

/* -- properties of both registries -- */

static const struct {
    const char *command;
    const option_spec *specs;
    const unsigned *n;
} registries[] = {
    {"dhcp-tester", tester_option_specs, &tester_option_count},
    {"dhcp-server", server_option_specs, &server_option_count},
};

START_TEST(names_letters_variables_and_keys_are_unique)
    {
        const option_spec *s = registries[_i].specs;
        unsigned n = *registries[_i].n, a, b;

        for (a = 0; a < n; a++) {
            char name[64];

            ck_assert_msg(strlen(s[a].name) >= 2 && strlen(s[a].name) < 48, "%s", s[a].name);
            ck_assert_msg(s[a].letter == 0 || strchr("hVvqcno", s[a].letter) != NULL, "%s",
                          s[a].name);
            options_env_name(s[a].name, name, sizeof name);
            for (b = 0; b < n; b++) {
                if (a == b) {
                    continue;
                }
                ck_assert_msg(strcmp(s[a].name, s[b].name) != 0, "--%s twice", s[a].name);
                ck_assert_msg(s[a].letter == 0 || s[a].letter != s[b].letter, "-%c twice",
                              s[a].letter);
                ck_assert_msg(s[b].env == NULL || strstr(s[b].env, name) == NULL ||
                                  strcmp(name, "DHCP_SERVER") == 0,
                              "%s is claimed by --%s and --%s", name, s[a].name, s[b].name);
                ck_assert_msg(s[a].keys == NULL || s[b].keys == NULL ||
                                  strstr(s[a].keys, s[b].keys) == NULL,
                              "--%s and --%s share a key", s[a].name, s[b].name);
            }
        }
    }
END_TEST

START_TEST(every_flag_has_a_group_a_help_text_and_a_readable_range)
    {
        const option_spec *s = registries[_i].specs;
        unsigned n = *registries[_i].n, i;
        char lo[32], hi[32];

        for (i = 0; i < n; i++) {
            ck_assert_msg(s[i].help != NULL && s[i].help[0] != '\0', "--%s", s[i].name);
            if (s[i].type == OPTION_LATER) {
                continue;
            }
            ck_assert_msg(s[i].group != NULL, "--%s", s[i].name);
            ck_assert_msg((s[i].arg == NULL) ==
                              (s[i].type == OPTION_ACTION || s[i].type == OPTION_SWITCH),
                          "--%s", s[i].name);
            if (s[i].type == OPTION_COUNT || s[i].type == OPTION_COUNT_OR_AUTO ||
                s[i].type == OPTION_NUMBER || s[i].type == OPTION_DURATION) {
                dhcpperf_dur d;
                uint64_t c;
                double f;

                units_split_range(s[i].range, lo, hi, sizeof lo);
                ck_assert_msg(
                    s[i].type == OPTION_DURATION ? units_parse_duration(lo, s[i].range, &d) == 0 &&
                                                       units_parse_duration(hi, s[i].range, &d) == 0
                    : s[i].type == OPTION_NUMBER ? units_parse_number(lo, s[i].range, &f) == 0 &&
                                                       units_parse_number(hi, s[i].range, &f) == 0
                                                 : units_parse_count(lo, s[i].range, &c) == 0 &&
                                                       units_parse_count(hi, s[i].range, &c) == 0,
                    "--%s: range %s", s[i].name, s[i].range);
            }
        }
    }
END_TEST

START_TEST(configuration_keys_lead_to_flags)
    {
        static const struct {
            int of_server;
            const char *key;
            int want;
        } v[] = {
            {1, "listen-ip", SERVER_LISTEN},
            {1, "listen_ip", SERVER_LISTEN},
            {1, "server.listen_ip", SERVER_LISTEN},
            {1, "server.ip_pool.start", SERVER_START_IP},
            {1, "server.ip_pool.end", SERVER_END_IP},
            {1, "server.lease_time", SERVER_LEASE_TIME},
            {1, "lease-time", SERVER_LEASE_TIME},
            {1, "dns1", SERVER_DNS1},
            {0, "server", TESTER_SERVER},
            {0, "client.server_ip", TESTER_SERVER},
            {0, "client.server_port", TESTER_PORT},
            {0, "client.test_size", TESTER_CLIENTS},
            {0, "client.concurrency", TESTER_CONCURRENCY},
            {0, "max-discover-retries", TESTER_MAX_DISCOVER_RETRIES},
            {0, "help", -1},
            {0, "client", -1},
            {1, "", -1},
        };

        ck_assert_msg(options_find_key(v[_i].of_server ? &server : &tester, v[_i].key) ==
                          v[_i].want,
                      "key %d '%s'", _i, v[_i].key);
    }
END_TEST

START_TEST(help_names_every_flag_of_this_build_and_no_other)
    {
        options *o = _i == 0 ? &tester : &server;
        char *text = NULL;
        size_t len = 0;
        FILE *out = open_memstream(&text, &len);
        unsigned i;

        options_print_help(o, out);
        fclose(out);
        for (i = 0; i < o->n; i++) {
            char flag[80];
            char *at;
            int there = 0;

            snprintf(flag, sizeof flag, " --%s", o->specs[i].name);
            for (at = strstr(text, flag); at != NULL; at = strstr(at + 1, flag)) {
                there |= strchr(" [\n", at[strlen(flag)]) != NULL;
            }
            ck_assert_msg(there == (o->specs[i].type != OPTION_LATER), "%s of %s", flag,
                          o->command);
        }
        /* 79 columns, so that it fits a terminal. */
        for (i = 0; i < len;) {
            size_t line = strcspn(text + i, "\n");

            ck_assert_msg(line <= 79, "%.*s", (int)line, text + i);
            i += (unsigned)line + 1;
        }
        free(text);
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, both_spellings_mean_the_same, 0, 7);
    tcase_add_test(tc, the_specifications_own_line_is_read);
    tcase_add_test(tc, a_value_may_look_like_a_flag);
    tcase_add_test(tc, short_letters_bundle);
    tcase_add_loop_test(tc, what_is_not_understood_is_refused_in_one_sentence, 0, 42);
    tcase_add_test(tc, no_value_drives_the_terminal);
    tcase_add_test(tc, what_is_repeated_is_printable_text);
    tcase_add_test(tc, the_command_line_wins_over_the_environment_and_that_over_defaults);
    tcase_add_test(tc, the_order_of_reading_does_not_matter);
    tcase_add_test(tc, the_variables_of_the_specification_are_known);
    tcase_add_loop_test(tc, a_bad_variable_is_named_with_its_flag, 0, 5);
    tcase_add_test(tc, a_list_grows_in_order_and_a_stronger_source_replaces_it);
    tcase_add_test(tc, help_stops_nothing_from_being_judged);
    tcase_add_loop_test(tc, names_letters_variables_and_keys_are_unique, 0, 2);
    tcase_add_loop_test(tc, every_flag_has_a_group_a_help_text_and_a_readable_range, 0, 2);
    tcase_add_loop_test(tc, configuration_keys_lead_to_flags, 0, 17);
    tcase_add_loop_test(tc, help_names_every_flag_of_this_build_and_no_other, 0, 2);
}

HARNESS_MAIN("tools/options", tests)
