/* SPDX-License-Identifier: MIT */
/* config_file_test.c - configuration files: both languages, precedence, and every refusal. */
#include "common/config_file.h"

#include <stdio.h>
#include <string.h>

#include "common/options.h"
#include "common/server_options.h"
#include "dhcp-tester/tester_options.h"
#include "support/harness.h"

static options tester, server;
static config_file file;

static void setup(void)
{
    ck_assert_int_eq(options_init(&tester, "dhcp-tester", tester_option_specs, tester_option_count),
                     0);
    ck_assert_int_eq(options_init(&server, "dhcp-server", server_option_specs, server_option_count),
                     0);
}

static void teardown(void)
{
    config_free(&file);
    options_free(&tester);
    options_free(&server);
}

static int is_readable(const char *path)
{
    return config_format_of(path) == CONFIG_YAML ? config_has_yaml() : config_has_key_value();
}

static int load(options *o, const char *path, const char *text)
{
    config_free(&file);
    if (config_parse(&file, path, config_format_of(path), text, strlen(text)) != 0) {
        return -1;
    }
    return config_apply(&file, o);
}

static void assert_loads(options *o, const char *path, const char *text)
{
    ck_assert_msg(load(o, path, text) == 0, "%s", file.error);
}

static const char *said(const options *o, const char *name)
{
    int i = options_find(o, name);

    return i >= 0 && o->values[i].text != NULL ? o->values[i].text : "nothing";
}

/* The four forms that the description of the commands knows. */
static const char server_conf[] = "listen-ip=0.0.0.0\nport=67\nstart-ip=192.168.100.10\n"
                                  "end-ip=192.168.100.250\ngateway=192.168.100.1\ndns1=8.8.8.8\n"
                                  "dns2=8.8.4.4\nlease-time=24h\n";
static const char tester_conf[] = "server=127.0.0.1\nport=67\nclients=1000\nconcurrency=100\n"
                                  "timeout=30s\nretry=true\nmax-discover-retries=3\n"
                                  "max-request-retries=3\n";
static const char development[] =
    "server:\n  listen_ip: \"127.0.0.1\"\n  port: 6700  # free\n  ip_pool:\n"
    "    start: \"10.0.100.10\"\n    end: \"10.0.100.50\"\n  lease_time: \"1h\"\n\n"
    "client:\n  server_ip: \"127.0.0.1\"\n  server_port: 6700\n  test_size: 100\n"
    "  concurrency: 10\n  timeout: \"10s\"\n\n"
    "logging:\n  level: \"debug\"\n  verbose: true\n  live_stats: true\n";
static const char production[] = "# production\nDHCP_LISTEN_IP=0.0.0.0\nDHCP_PORT=67\n"
                                 "DHCP_START_IP=172.16.1.100\nDHCP_END_IP='172.16.10.250'\n"
                                 "DHCP_GATEWAY=172.16.1.1\nDHCP_DNS1=172.16.1.10\n"
                                 "DHCP_DNS2=8.8.8.8\nDHCP_LEASE_TIME=24h\n"
                                 "DHCP_RESPONSE_DELAY=0ms\n"
                                 "DHCP_DROP_RATE=0.0\nLOG_LEVEL=info\nENABLE_RELAY=true\n"
                                 "MAX_HOPS=4\n";

START_TEST(the_four_known_forms_load)
    {
        if (config_has_key_value()) {
            assert_loads(&server, "dhcp-server.conf", server_conf);
            ck_assert_str_eq(said(&server, "listen"), "0.0.0.0");
            ck_assert_str_eq(said(&server, "end-ip"), "192.168.100.250");
            ck_assert_str_eq(said(&server, "lease-time"), "24h");
            assert_loads(&tester, "dhcp-tester.conf", tester_conf);
            ck_assert_str_eq(said(&tester, "server"), "127.0.0.1");
            ck_assert_str_eq(said(&tester, "max-request-retries"), "3");
            teardown();
            setup();
            assert_loads(&server, "/etc/dhcp-test/production.conf", production);
            ck_assert_str_eq(said(&server, "listen"), "0.0.0.0");
            ck_assert_str_eq(said(&server, "start-ip"), "172.16.1.100");
            ck_assert_str_eq(said(&server, "end-ip"), "172.16.10.250");
            ck_assert_str_eq(said(&server, "relay"), "true");
            ck_assert_str_eq(said(&server, "max-hops"), "4");
        }
        if (config_has_yaml()) {
            teardown();
            setup();
            assert_loads(&server, "config/development.yaml", development);
            ck_assert_str_eq(said(&server, "listen"), "127.0.0.1");
            ck_assert_str_eq(said(&server, "port"), "6700");
            ck_assert_str_eq(said(&server, "start-ip"), "10.0.100.10");
            ck_assert_str_eq(said(&server, "end-ip"), "10.0.100.50");
            ck_assert_str_eq(said(&server, "verbose"), "true");
            assert_loads(&tester, "config/development.yaml", development);
            ck_assert_str_eq(said(&tester, "server"), "127.0.0.1");
            ck_assert_str_eq(said(&tester, "port"), "6700");
            ck_assert_str_eq(said(&tester, "clients"), "100");
            ck_assert_str_eq(said(&tester, "timeout"), "10s");
        }
    }
END_TEST

START_TEST(a_file_is_weaker_than_the_environment_and_the_command_line)
    {
        static char port[] = "DHCP_PORT=1002";
        static char *const env[] = {port, NULL};

        if (!config_has_key_value()) {
            return;
        }
        assert_loads(&server, "x.conf", "port=1001\nlisten=127.0.0.9\nend-ip=10.0.0.1\n");
        ck_assert_int_eq(options_read_line(&server, "--listen 127.0.0.3"), 0);
        ck_assert_int_eq(options_read_environment(&server, env), 0);
        ck_assert_str_eq(said(&server, "port"), "1002");
        ck_assert_str_eq(said(&server, "listen"), "127.0.0.3");
        ck_assert_str_eq(said(&server, "end-ip"), "10.0.0.1");
        ck_assert_int_eq(options_given(&server, SERVER_END_IP), 1);
    }
END_TEST

START_TEST(a_file_that_comes_late_is_weaker_too)
    {
        if (!config_has_key_value()) {
            return;
        }
        ck_assert_int_eq(options_read_line(&server, "--port 1003 --option 42=10.0.0.1"), 0);
        assert_loads(&server, "x.conf", "port=1001\noption=42=10.0.0.2\noption=43=hex:00\n");
        ck_assert_str_eq(said(&server, "port"), "1003");
        ck_assert_uint_eq(server.values[SERVER_OPTION].n_items, 1);
        ck_assert_str_eq(server.values[SERVER_OPTION].items[0], "42=10.0.0.1");
    }
END_TEST

START_TEST(lists_keep_their_order)
    {
        static const struct {
            const char *path, *text;
        } v[] = {
            {"x.conf", "option = 42=10.0.0.2\n option=43=hex:00 \n"},
            {"x.yaml", "option: [42=10.0.0.2, '43=hex:00']\n"},
            {"x.yml", "server:\n  option:\n    - 42=10.0.0.2\n    - 43=hex:00\n"},
            {"x.conf", "[server]\noption=42=10.0.0.2\n[logging]\nverbose=on\n\n[client]\nnone=1\n"},
        };

        if (!is_readable(v[_i].path)) {
            return;
        }
        assert_loads(&server, v[_i].path, v[_i].text);
        if (_i < 3) {
            ck_assert_msg(server.values[SERVER_OPTION].n_items == 2, "line %d", _i);
            ck_assert_str_eq(server.values[SERVER_OPTION].items[0], "42=10.0.0.2");
            ck_assert_str_eq(server.values[SERVER_OPTION].items[1], "43=hex:00");
        } else {
            ck_assert_int_eq(server.values[SERVER_VERBOSE].on, 1);
        }
    }
END_TEST

START_TEST(each_command_skips_the_section_of_the_other)
    {
        static const char text[] = "client:\n  nonsense: {a: [1, {b: c}]}\n  clients: 7\n"
                                   "server:\n  rubbish: 1\n";

        if (!config_has_yaml()) {
            return;
        }
        ck_assert_int_ne(load(&server, "x.yaml", text), 0);
        ck_assert_str_eq(file.error, "x.yaml:5: there is no key 'server.rubbish' for dhcp-server");
        ck_assert_int_ne(load(&tester, "x.yaml", text), 0);
        ck_assert_str_eq(file.error,
                         "x.yaml:2: there is no key 'client.nonsense.a' for dhcp-tester");
        assert_loads(&tester, "x.yaml",
                     "client: {clients: 7}\nserver: {rubbish: 1}\nsubnets: []\n");
        ck_assert_uint_eq(tester.values[TESTER_CLIENTS].count, 7);
    }
END_TEST

/* What is wrong, for dhcp-server, and the sentence. */
static const struct {
    const char *path, *text, *sentence;
} refused[] = {
    {"a.conf", "strat-ip=10.0.0.1\n",
     "a.conf:1: there is no key 'strat-ip', did you mean 'start-ip'"},
    {"a.conf", "\n# x\nfrobnicate=1\n", "a.conf:3: there is no key 'frobnicate' for dhcp-server"},
    {"a.conf", "port=70000\n",
     "a.conf:1: port must be a whole number from 0 to 65535, not '70000'"},
    {"a.conf", "port=\n", "a.conf:1: 'port' has no value"},
    {"a.conf", "port=1\nport=2\n", "a.conf:2: 'port' is given twice, first in line 1"},
    {"a.conf", "start-ip=10.0.0.1\n\nDHCP_START_IP=10.0.0.1\n",
     "a.conf:3: 'DHCP_START_IP' sets what line 1 has set (--start-ip)"},
    {"a.conf", "port=1\njunk\n",
     "a.conf:2: the line is neither key = value, nor a [section], nor a comment"},
    {"a.conf", "[server\nport=1\n",
     "a.conf:1: the line is neither key = value, nor a [section], nor a comment"},
    {"a.conf", "=1\n", "a.conf:1: the line has no key"},
    {"a.conf", "capture=x\n", "a.conf:1: 'capture' (packet captures) is not in this build"},
    {"a.conf", "faults=drop\nfault=drop\n", "a.conf:2: 'fault' is given twice, first in line 1"},
    {"a.conf", "config=b.conf\n", "a.conf:1: 'config': a configuration file cannot name another"},
    {"a.conf", "[subnet]\n",
     "a.conf:1: the section [subnet] needs a name, as in [subnet 10.0.0.0/24]"},
    {"a.conf", "[logging]\nverbose=on\n[logging]\n",
     "a.conf:3: 'logging' is given twice, first in line 1"},
    {"a.conf", "[clint]\nclients=1\n", "a.conf:2: there is no key 'clint.clients' for dhcp-server"},
    {"a.conf", "profile-port=6060\n",
     "a.conf:1: 'profile-port': there is no profiling port; use perf, or SIGUSR1 for a snapshot"},
    {"a.yaml", "port: 1\nport: 2\n", "a.yaml:2: 'port' is given twice, first in line 1"},
    {"a.yaml", "start_ip: 10.0.0.1\nstart-ip: 10.0.0.1\n",
     "a.yaml:2: 'start-ip' is given twice, first in line 1"},
    {"a.yaml", "server:\n  prot: 67\n",
     "a.yaml:2: there is no key 'server.prot', did you mean 'port'"},
    {"a.yaml", "port: [1, 2]\n", "a.yaml:1: 'port' takes one value, not a list"},
    {"a.yaml", "port:\n", "a.yaml:1: 'port' has no value"},
    {"a.yaml", "port: ten\n", "a.yaml:1: port must be a whole number from 0 to 65535, not 'ten'"},
    {"a.yaml", "option: [{a: b}]\n", "a.yaml:1: 'option' takes a list of plain values"},
    {"a.yaml", "- port: 1\n", "a.yaml:1: the file must be a map of keys and values, not a list"},
    {"a.yaml", "port\n", "a.yaml:1: the file must be a map of keys and values"},
    {"a.yaml", "port: &a 1\n", "a.yaml:1: anchors (&) are not understood"},
    {"a.yaml", "port: *a\n", "a.yaml:1: aliases (*) are not understood"},
    {"a.yaml", "<<: {port: 1}\n", "a.yaml:1: '<<' is not understood: write the keys out"},
    {"a.yaml", "port: 1\n---\nport: 2\n", "a.yaml:2: a second document begins: only one is read"},
    {"a.yaml", "? [a, b]\n: 1\n", "a.yaml:1: a key must be a plain word"},
    {"a.yaml", "port: \"a\\0b\"\n", "a.yaml:1: a text holds a zero octet"},
    {"a.yaml", "a: [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]\n",
     "a.yaml:1: more than 16 levels are nested"},
    {"a.yaml", "server:\n  capture: x\n",
     "a.yaml:2: 'server.capture' (packet captures) is not in this build"},
    {"a.yaml", "port: [1, 2\n",
     "a.yaml:2: not YAML: while parsing a flow sequence, did not find expected ',' or ']'"},
    {"a\n.yaml", "prot: 1\n", "a\\x0a.yaml:1: there is no key 'prot', did you mean 'port'"},
};

enum {
    N_REFUSED = sizeof refused / sizeof refused[0]
};

START_TEST(what_is_wrong_is_said_with_file_line_and_remedy)
    {
        if (!is_readable(refused[_i].path)) {
            return;
        }
        ck_assert_msg(load(&server, refused[_i].path, refused[_i].text) != 0, "case %d: accepted",
                      _i);
        ck_assert_msg(strcmp(file.error, refused[_i].sentence) == 0, "case %d: \"%s\"", _i,
                      file.error);
    }
END_TEST

START_TEST(what_is_off_may_be_missing)
    {
        if (!config_has_key_value()) {
            return;
        }
        assert_loads(&server, "x.conf", "drop-rate=0.0\nresponse-delay=0ms\nlog-level=debug\n");
        ck_assert_uint_eq(file.n_notes, 1);
        ck_assert_str_eq(file.notes[0],
                         "x.conf:3: 'log-level' has no effect: levels of logging are "
                         "not in this build; --verbose logs all");
    }
END_TEST

START_TEST(empty_files_are_empty)
    {
        static const char *const paths[] = {"x.conf", "x.yaml"};
        static const char *const texts[] = {"", "\n", "# nothing\n", "\xef\xbb\xbf# a mark\n"};

        if (is_readable(paths[_i % 2])) {
            assert_loads(&server, paths[_i % 2], texts[_i / 2]);
            ck_assert_ptr_null(file.subnets);
        }
    }
END_TEST

START_TEST(long_lines_are_read_or_refused_whole)
    {
        char text[9000] = "log-file=";

        if (!config_has_key_value()) {
            return;
        }
        memset(text + 9, 'x', sizeof text - 11);
        strcpy(text + sizeof text - 2, "\n");
        ck_assert_int_ne(load(&server, "x.conf", text), 0);
        ck_assert_ptr_nonnull(strstr(file.error, "x.conf:1: the line is longer than "));
    }
END_TEST

START_TEST(a_file_that_is_not_there_is_an_error)
    {
        ck_assert_int_ne(config_read(&file, "/nonexistent/x.conf"), 0);
        ck_assert_str_eq(file.error, "/nonexistent/x.conf: cannot read the configuration file: No "
                                     "such file or directory");
        config_free(&file);
        ck_assert_int_ne(config_read(&file, "/"), 0);
        ck_assert_ptr_nonnull(strstr(file.error, "cannot read the configuration file: "));
    }
END_TEST

static void tests(TCase *tc)
{
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, the_four_known_forms_load);
    tcase_add_test(tc, a_file_is_weaker_than_the_environment_and_the_command_line);
    tcase_add_test(tc, a_file_that_comes_late_is_weaker_too);
    tcase_add_loop_test(tc, lists_keep_their_order, 0, 4);
    tcase_add_test(tc, each_command_skips_the_section_of_the_other);
    tcase_add_loop_test(tc, what_is_wrong_is_said_with_file_line_and_remedy, 0, N_REFUSED);
    tcase_add_test(tc, what_is_off_may_be_missing);
    tcase_add_loop_test(tc, empty_files_are_empty, 0, 8);
    tcase_add_test(tc, long_lines_are_read_or_refused_whole);
    tcase_add_test(tc, a_file_that_is_not_there_is_an_error);
}

HARNESS_MAIN("tools/config_file", tests)
