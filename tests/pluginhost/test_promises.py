"""What is promised of plugins, and the tests that hold each promise: for whoever changes the host, and wants to know
what rests on a line. A test that is renamed or taken away without another in its place is missed here."""

import ast
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]

COMMANDS = "pluginhost/test_commands.py::"
LOADING = "pluginhost/test_loading.py::"
TABLES = "pluginhost/test_tables.py::"
GRAPHQL = "pluginhost/test_graphql.py::"
CALLS = "pluginhost/test_invoking.py::"
ROUTES = "http/test_plugin_routes.py::"
JOBS = "extensions/test_jobs.py::"
USING = "extensions/test_using.py::"
CONFIGURING = "extensions/test_configuring.py::"
SMTP = "plugins/notify_smtp/test_delivering.py::"
LINKS = "plugins/ticket_links/test_following.py::"
FAILS, DROPPED = (
    f"{LOADING}test_what_cannot_be_loaded_is_recorded",
    f"{LOADING}test_what_a_broken_hook_brings_is_dropped",
)

PROMISES = {
    # where it can fail, and what the host does
    "an import, a manifest, a hook's shape that is broken: recorded, and the others load": [FAILS],
    "exits and panics at the import: the same": [FAILS],
    "a hook that is misspelt, or lacks its mark: the same": [FAILS],
    "another version of the API: the same": [FAILS],
    "an import of ten seconds: waited for and logged": [f"{LOADING}test_slow_plugins_are_logged"],
    "it is told in /healthz, in `plugins`, by `plugin list`": [
        "pluginhost/test_booting.py::test_it_serves_with_everything_broken",
        "extensions/test_plugins.py::test_whoever_manages_plugins_sees_how_they_are",
        "pluginhost/test_examining.py::test_the_list_tells_all",
        f"{COMMANDS}test_the_list_tells_what_the_api_tells",
    ],
    "an import that never ends: commands give it up and name it": [
        f"{COMMANDS}test_what_hangs_is_given_up_and_the_others_are_told",
        f"{COMMANDS}test_what_hears_nothing_ends_the_command",
    ],
    "a failure is one line of the log, and its trace is told by `plugin check`": [
        f"{LOADING}test_what_is_broken_is_one_line_of_the_log",
        "pluginhost/test_examining.py::test_a_check_passes_or_says_what_is_wrong",
    ],
    "settings allow, deny, require, and refuse to start": [
        f"{LOADING}test_settings_say_which_are_loaded",
        f"{LOADING}test_what_is_off_is_not_even_imported",
        f"{LOADING}test_a_required_plugin_keeps_the_process_from_starting",
        f"{LOADING}test_in_strict_mode_any_failure_keeps_the_process_from_starting",
    ],
    "safe mode starts with everything broken": [
        "pluginhost/test_booting.py::test_it_serves_with_everything_broken"
    ],
    "a hook that raises: what it brings is dropped, the rest stays": [DROPPED],
    "a provider's name twice: refused within a plugin, apart between two": [
        "pluginhost/test_integrations.py::test_a_bad_one_is_refused_with_all_of_the_hook",
        "pluginhost/test_integrations.py::test_two_plugins_may_call_theirs_the_same",
    ],
    "a condition or an action that is broken is left out, with both owners told where a name is taken": [
        "pluginhost/test_rule_parts.py::test_a_bad_condition_is_left_out_and_the_rest_stays",
        "pluginhost/test_rule_parts.py::test_a_bad_action_is_left_out_and_the_rest_stays",
        "extensions/test_rule_parts.py::test_they_are_listed_with_what_can_be_said_of_them",
    ],
    "what rules will be given and ask for can be made of what there is": [
        "extensions/test_snapshots.py::test_a_snapshot_says_what_conditions_are_told",
        "extensions/test_snapshots.py::test_each_command_is_what_a_mutation_does",
        "sdk/test_rules.py::test_limits_and_fields_are_the_products",
    ],
    "broken tables take along what needs them, and nothing else": [
        f"{TABLES}test_broken_tables_take_along_what_needs_them"
    ],
    "a migration that waits: nothing of the plugin is there, and no start migrates it": [
        f"{TABLES}test_tables_wait_until_somebody_migrates_them_and_can_be_purged",
        f"{TABLES}test_what_waits_is_told_and_does_nothing",
    ],
    "what does not fit the schema is left out, and the schema is built": [
        f"{GRAPHQL}test_what_does_not_fit_is_left_out"
    ],
    "names that somebody has are refused, and both owners told": [
        f"{GRAPHQL}test_a_type_belongs_to_whoever_came_first",
        f"{GRAPHQL}test_a_field_of_the_product_stays",
        f"{GRAPHQL}test_of_two_fields_that_the_api_would_call_the_same_the_first_stays",
        f"{TABLES}test_a_table_is_the_first_plugins_that_brings_it",
        f"{LOADING}test_of_two_with_one_name_the_first_stays",
    ],
    "a field that raises, hangs, exits, panics, goes on: null and an error of its own": [
        f"{GRAPHQL}test_what_fails_is_null_and_told"
    ],
    "a field that answers another type: the same": [
        f"{GRAPHQL}test_a_value_of_another_type_is_the_plugins_fault"
    ],
    "a mutation that raises or hangs: told, undone, and nothing held": [
        f"{GRAPHQL}test_a_mutation_that_fails_is_told_without_what_it_raised",
        f"{GRAPHQL}test_a_mutation_that_hangs_is_cut_off_and_holds_nothing",
    ],
    "a route that raises, hangs, streams for ever: 502 and 504, without what it raised": [
        f"{ROUTES}test_what_fails_tells_nothing_and_harms_nobody",
        f"{ROUTES}test_a_body_has_an_end",
    ],
    "a webhook that breaks what reads it: kept, and read again": [
        f"{LINKS}test_the_webhook_is_heard_by_a_job",
        f"{LINKS}test_a_message_that_breaks_what_reads_it_is_kept_and_read_again",
    ],
    "a call of a provider: a deadline, a known end, a breaker, a line in the log": [
        f"{CALLS}test_an_end_is_told",
        f"{CALLS}test_what_fails_often_is_not_called",
        f"{CALLS}test_threads_that_hang_are_counted",
        f"{CALLS}test_a_thread_that_hangs_is_told_once_it_had_its_time",
        f"{CALLS}test_what_goes_on_although_it_is_cancelled_is_left_behind",
        "pluginhost/test_breakers.py::test_a_plugin_that_fails_for_three_tenants_is_called_for_none",
    ],
    "a delivery that hangs: cut off, left alone, and others are served": [
        f"{SMTP}test_a_server_that_hangs_is_cut_off_and_left_alone",
        f"{SMTP}test_one_tenant_s_broken_server_holds_up_no_other",
    ],
    "code that blocks: told, and its process ended when nothing less helps": [
        f"{CALLS}test_code_that_blocks_is_found_out_whatever_its_end",
        f"{CONFIGURING}test_a_check_that_blocks_for_too_long_is_refused",
        f"{CONFIGURING}test_a_check_that_blocks_is_told_with_the_instance",
        f"{ROUTES}test_a_signature_that_takes_long_is_told",
        "door/test_turning.py::test_a_process_that_stands_still_is_ended_and_says_where",
        f"{JOBS}test_what_hangs_is_ended_with_its_process_and_is_tried_again",
    ],
    "a job that fails: tried again, or parked with its reason": [
        f"{JOBS}test_what_fails_is_tried_again_unless_the_plugin_says_it_is_of_no_use",
        f"{JOBS}test_what_ignores_being_cancelled_does_not_hold_up_the_worker",
    ],
    "an event that fails holds up no other": [
        "extensions/test_subscriptions.py::test_events_reach_those_who_enabled_it_and_a_bad_one_waits_alone"
    ],
    "a plugin that is gone while its jobs wait: they are parked": [
        f"{JOBS}test_jobs_of_a_plugin_that_is_gone_are_parked_with_the_reason"
    ],
    # tenants, and what they configure
    "a tenant without the plugin has no field, no route, no event, no job of it": [
        f"{GRAPHQL}test_another_tenant_has_nothing_of_it",
        f"{ROUTES}test_only_who_may_come_in_does",
        "extensions/test_subscriptions.py::test_events_reach_those_who_enabled_it_and_a_bad_one_waits_alone",
        f"{JOBS}test_a_job_runs_for_its_tenant_and_for_none_that_has_not_enabled_the_plugin",
    ],
    "several instances of a provider, each tried before it is saved": [
        f"{CONFIGURING}test_one_provider_is_configured_several_times",
        f"{CONFIGURING}test_what_does_not_work_is_not_saved",
    ],
    "states and failures of instances are seen": [f"{USING}test_an_end_decides_how_the_instance_is"],
    "secrets are in no log, error, answer or row, in any test, and open only where they were sealed": [
        "test_canaries.py::test_a_test_that_leaks_fails_and_no_other",
        "test_canaries.py::test_answers_of_the_api_are_looked_at",
        "test_canaries.py::test_statements_are_looked_at",
        "test_canaries.py::test_what_a_program_prints_into_a_file_is_looked_at",
        "test_canaries.py::test_what_is_read_of_a_program_at_its_end_is_looked_at",
        f"{CONFIGURING}test_secrets_are_nowhere",
        f"{CONFIGURING}test_a_secret_opens_only_where_it_was_sealed",
        f"{CONFIGURING}test_secrets_are_sealed_anew_with_a_new_key",
        f"{USING}test_secrets_of_a_lost_key_are_asked_for_again",
    ],
    "a configuration comes over to a newer form, or the older one serves on": [
        f"{USING}test_an_older_form_is_brought_over",
        f"{USING}test_a_form_that_cannot_be_brought_over_serves_on",
        f"{USING}test_a_form_of_a_newer_plugin_serves_on_if_it_can",
    ],
    # authors
    "a new plugin of each kind installs and passes its tests": [
        "contract/test_scaffolds.py::test_a_new_plugin_is_whole",
        "contract/test_example.py::test_the_example_installs_and_passes",
        "contract/test_packaged.py::test_a_plugin_is_made_and_tested_beside_an_installed_package",
    ],
    "a plugin may be one file": [f"{LOADING}test_a_file_is_a_plugin"],
    "the tutorial works as it stands": ["contract/test_tutorial.py::test_the_tutorial_works"],
    "each rule of the contract is broken by somebody": [
        "contract/test_broken_plugins.py::test_each_fails_its_rule_and_no_other",
        "contract/test_broken_plugins.py::test_every_rule_has_somebody_who_breaks_it",
    ],
    "the public API changes only with its file, the reference with the code": [
        "sdk/test_public_api.py::test_the_public_api_is_as_written_down",
        "docs/test_generated.py::test_tables_are_what_the_code_says",
    ],
    "clients compile against the product alone, and with its plugins": [
        "clients/test_codegen.py::test_generated_types_are_strict_and_carry_what_clients_need"
    ],
}


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


@pytest.mark.parametrize("promise", PROMISES)
def test_a_promise_is_held_by_tests(promise: str) -> None:
    missing = [
        each for each in PROMISES[promise] if each.partition("::")[2] not in named_in(each.partition("::")[0])
    ]

    assert PROMISES[promise]
    assert missing == []
