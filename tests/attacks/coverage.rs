//! Every row of `security.md` and every conformance test that concerns the code flow has a row of the
//! table, a test of its own, or a reason.

use std::collections::BTreeSet;

use authspec_tests::root;

use crate::suite::table;

/// What a row of the table cannot say: id, file, test.
const TESTS: &[(&str, &str, &str)] = &[
    ("A03", "tests/attacks/stores.rs", "a_sign_in_ends_in_the_browser_that_began_it"),
    ("A03", "tests/attacks/stores.rs", "without_its_ticket_a_callback_is_worth_nothing"),
    ("A04", "tests/attacks/stores.rs", "of_many_callbacks_at_once_exactly_one_signs_in"),
    ("A05", "tests/attacks/transaction.rs", "it_lasts_thirty_minutes"),
    ("A06", "tests/attacks/stores.rs", "two_tabs_end_in_any_order"),
    ("A07", "tests/attacks/callback.rs", "what_the_provider_says_is_masked_and_bounded"),
    ("A10", "tests/attacks/transaction.rs", "another_backends_transaction_is_refused"),
    ("A11", "tests/attacks/requests.rs", "every_verifier_fits_its_challenge_and_none_comes_twice"),
    ("A13", "tests/attacks/requests.rs", "every_verifier_fits_its_challenge_and_none_comes_twice"),
    ("A15", "tests/attacks/open_redirects.rs", "nothing_of_the_corpus_leads_away"),
    ("A22", "tests/attacks/stores.rs", "a_store_in_memory_is_bounded_and_forgets_the_oldest"),
    ("A23", "tests/attacks/requests.rs", "tokens_of_a_callback_are_nobodys"),
    ("B01", "tests/attacks/token_endpoint.rs", "redirects_are_never_followed"),
    ("B07", "tests/attacks/requests.rs", "what_was_granted_is_what_the_provider_says"),
    ("B08", "tests/attacks/network.rs", "slow_endless_and_broken_replies_end"),
    (
        "B10",
        "tests/attacks/token_endpoint.rs",
        "a_slow_provider_times_out_and_the_code_is_not_sent_again",
    ),
    ("B11", "tests/attacks/requests.rs", "odd_secrets_arrive_whole"),
    ("B12", "tests/attacks/requests.rs", "a_secret_is_sent_once_and_never_in_a_url"),
    ("B13", "tests/flows/credentials.rs", "a_private_key_signs_a_new_assertion_each_time"),
    ("B14", "tests/flows/credentials.rs", "the_file_is_read_again_for_every_token_request"),
    ("B15", "tests/flows/refresh.rs", "without_a_new_refresh_token_the_old_one_goes_on"),
    ("B16", "tests/attacks/refresh.rs", "a_refreshed_token_is_about_the_same_user"),
    ("B17", "tests/attacks/refresh.rs", "parallel_refreshes_are_one_request"),
    ("B18", "tests/attacks/secrets.rs", "nothing_secret_is_printed"),
    ("C05", "tests/flows/keys.rs", "a_new_key_is_fetched_once_in_five_minutes"),
    ("C05", "tests/attacks/documents.rs", "a_flood_of_unknown_keys_is_two_requests"),
    ("C08", "runtime/src/flow/vectors.rs", "key_sets_of_wycheproof"),
    ("C12", "tests/attacks/documents.rs", "addresses_in_a_header_are_never_asked"),
    ("C20", "runtime/src/flow/vectors.rs", "signatures_of_wycheproof"),
    ("D12", "tests/attacks/requests.rs", "an_age_that_was_asked_for_is_checked"),
    ("D14", "tests/attacks/id_token.rs", "tenants_that_are_not_listed_are_refused"),
    ("D14", "tests/attacks/id_token.rs", "kinds_of_accounts_are_kept_apart"),
    ("D14", "tests/attacks/id_token.rs", "another_tenants_member_is_refused_by_tenant_id"),
    ("D16", "tests/attacks/id_token.rs", "a_key_of_another_cloud_vouches_for_nobody"),
    ("D19", "tests/attacks/identity.rs", "an_address_is_no_identity"),
    ("D20", "tests/attacks/identity.rs", "an_address_has_one_at_sign"),
    ("D21", "tests/attacks/identity.rs", "too_many_groups_are_not_no_groups"),
    ("D23", "tests/attacks/identity.rs", "a_verified_address_is_true_and_nothing_else"),
    ("E04", "tests/attacks/identity.rs", "what_is_signed_wins_over_user_information"),
    ("F04", "tests/flows/keys.rs", "a_new_key_is_fetched_once_in_five_minutes"),
    ("F05", "tests/flows/keys.rs", "the_last_good_keys_serve_while_the_provider_fails"),
    ("F06", "tests/attacks/documents.rs", "a_thousand_sign_ins_fetch_each_document_once"),
    ("F07", "tests/attacks/documents.rs", "whoever_gives_up_leaves_nothing_stuck"),
    ("F08", "runtime/src/keys/cache/tests.rs", "after_half_a_day_it_is_renewed_behind_the_scenes"),
    ("F09", "runtime/src/settings/parse.rs", "tenants_and_names_stay_in_their_place"),
    ("G01", "tests/attacks/logout.rs", "a_logout_comes_back_with_its_state"),
    ("G02", "tests/attacks/logout.rs", "back_channel_notices"),
    ("G03", "tests/attacks/logout.rs", "front_channel_notices"),
    ("H01", "tests/diagnostics.rs", "any_text_gives_a_report"),
    ("H02", "tests/diagnostics.rs", "every_code_has_a_case"),
    ("H03", "runtime/src/settings/parse.rs", "urls_are_https_except_on_loopback"),
    (
        "oidcc-client-test-client-secret-basic",
        "tests/attacks/requests.rs",
        "odd_secrets_arrive_whole",
    ),
    (
        "oidcc-client-test-scope-userinfo-claims",
        "tests/flows/catalog.rs",
        "an_openid_provider_by_discovery_alone",
    ),
    ("oidcc-client-formpost-basic", "tests/attacks/suite.rs", "every_row_of_the_table_holds"),
    (
        "oidcc-client-test-invalid-sig-es256",
        "runtime/src/flow/tests/id_token.rs",
        "another_key_under_the_same_name_may_be_in_a_newer_set",
    ),
    (
        "oidcc-client-test-form-post-error",
        "tests/attacks/requests.rs",
        "a_form_is_as_good_as_a_query",
    ),
    (
        "oidcc-client-test-signing-key-rotation",
        "tests/flows/keys.rs",
        "a_new_key_is_fetched_once_in_five_minutes",
    ),
    (
        "oidcc-client-test-signing-key-rotation-just-before-signing",
        "tests/attacks/documents.rs",
        "keys_may_change_between_callback_and_token",
    ),
    ("oidcc-client-test-refresh-token", "tests/flows/refresh.rs", "every_entra_backend_refreshes"),
    (
        "oidcc-client-test-refresh-token-invalid-issuer",
        "tests/attacks/refresh.rs",
        "a_refreshed_token_is_about_the_same_user",
    ),
    (
        "oidcc-client-test-refresh-token-invalid-sub",
        "tests/attacks/refresh.rs",
        "a_refreshed_token_is_about_the_same_user",
    ),
    (
        "oidcc-client-test-3rd-party-init-login",
        "tests/attacks/logout.rs",
        "a_login_that_others_start",
    ),
    (
        "oidcc-client-test-rp-init-logout",
        "tests/attacks/logout.rs",
        "a_logout_comes_back_with_its_state",
    ),
    (
        "oidcc-client-test-rp-init-logout-other-state",
        "tests/attacks/logout.rs",
        "a_logout_comes_back_with_its_state",
    ),
    (
        "oidcc-client-test-rp-init-logout-no-state",
        "tests/attacks/logout.rs",
        "a_logout_comes_back_with_its_state",
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout",
        "tests/attacks/logout.rs",
        "back_channel_notices",
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-alg-none",
        "tests/attacks/logout.rs",
        "back_channel_notices",
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-no-event",
        "tests/attacks/logout.rs",
        "back_channel_notices",
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-with-nonce",
        "tests/attacks/logout.rs",
        "back_channel_notices",
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-alg",
        "tests/attacks/logout.rs",
        "back_channel_notices",
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-aud",
        "tests/attacks/logout.rs",
        "back_channel_notices",
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-event",
        "tests/attacks/logout.rs",
        "back_channel_notices",
    ),
    (
        "oidcc-client-test-rp-backchannel-rpinitlogout-wrong-iss",
        "tests/attacks/logout.rs",
        "back_channel_notices",
    ),
    (
        "oidcc-client-test-rp-frontchannel-rpinitlogout",
        "tests/attacks/logout.rs",
        "front_channel_notices",
    ),
    (
        "oidcc-client-test-rp-frontchannel-opinitlogout",
        "tests/attacks/logout.rs",
        "front_channel_notices",
    ),
    (
        "oidcc-client-test-userinfo-bearer-header",
        "tests/attacks/requests.rs",
        "a_secret_is_sent_once_and_never_in_a_url",
    ),
    (
        "rp-id_token-sig-es256",
        "runtime/src/flow/tests/id_token.rs",
        "each_claim_is_what_it_must_be",
    ),
    (
        "rp-id_token-bad-sig-es256",
        "runtime/src/flow/tests/id_token.rs",
        "another_key_under_the_same_name_may_be_in_a_newer_set",
    ),
    (
        "rp-token_endpoint-client_secret_post",
        "tests/attacks/requests.rs",
        "a_secret_is_sent_once_and_never_in_a_url",
    ),
    (
        "rp-token_endpoint-private_key_jwt",
        "tests/flows/credentials.rs",
        "a_private_key_signs_a_new_assertion_each_time",
    ),
    ("rp-response_mode-form_post", "tests/attacks/requests.rs", "a_form_is_as_good_as_a_query"),
    (
        "rp-response_mode-form_post-error",
        "tests/attacks/requests.rs",
        "a_form_is_as_good_as_a_query",
    ),
];

/// What does not apply, and why.
const REASONS: &[(&str, &str)] = &[
    (
        "A16",
        "the runtime reads no request headers: the redirect URI is what the application configured",
    ),
    ("A17", "the runtime has no routes; `begin` reads and changes nothing of a user or a session"),
    (
        "A19",
        "the runtime sets no cookies; `Started::lifetime` and SECURITY.md say which attributes they need",
    ),
    (
        "A20",
        "the runtime has no session cookie; the sealing key is derived for transactions alone (HKDF info)",
    ),
    ("A21", "the session after a sign-in is the application's"),
    (
        "oidcc-client-test-invalid-sig-hs256",
        "symmetric ID tokens are refused whatever their signature (C02, C03)",
    ),
    ("oidcc-client-test-userinfo-signed", "signed user information is refused, not read (E03)"),
    (
        "oidcc-client-test-userinfo-bearer-body",
        "the access token goes into the header, as RFC 6750 section 2.1 prefers",
    ),
    (
        "oidcc-client-test-aggregated-claims",
        "claims of other providers are not read; a groups overage is told (D21)",
    ),
    (
        "oidcc-client-test-distributed-claims",
        "claims of other providers are not read; a groups overage is told (D21)",
    ),
    ("oidcc-client-test-mtls-endpoint-aliases", "no mutual TLS"),
    (
        "oidcc-client-test-session-management",
        "needs a frame in the browser that watches the provider's: the application's",
    ),
    ("oidcc-client-test-nonce-unless-code-flow", "the nonce is always sent"),
    ("oidcc-client-test-invalid-chash", "no hybrid flow"),
    ("oidcc-client-test-missing-chash", "no hybrid flow"),
    (
        "oidcc-client-test-dynamic-registration",
        "no dynamic registration: the Dynamic plan does not apply",
    ),
    (
        "rp-id_token-sig-hs256",
        "symmetric ID tokens are refused whatever their signature (C02, C03)",
    ),
    (
        "rp-id_token-bad-sig-hs256",
        "symmetric ID tokens are refused whatever their signature (C02, C03)",
    ),
    (
        "rp-token_endpoint-client_secret_jwt",
        "the secret signs nothing: `private_key_jwt` is the way to prove possession of a key",
    ),
    (
        "rp-claims_request-id_token",
        "`claims` can be asked for by AUTH_EXTRA_ARGUMENTS, and no more",
    ),
    (
        "rp-claims_request-userinfo",
        "`claims` can be asked for by AUTH_EXTRA_ARGUMENTS, and no more",
    ),
    ("rp-id_token-sig+enc", "encrypted tokens are not read (C14)"),
    ("rp-id_token-sig+enc-a128kw", "encrypted tokens are not read (C14)"),
    ("rp-key-rotation-op-enc-key", "encrypted tokens are not read (C14)"),
    ("rp-userinfo-enc", "encrypted user information is not read"),
    ("rp-userinfo-sig+enc", "encrypted user information is not read"),
    (
        "rp-init-logout-session",
        "needs a frame in the browser that watches the provider's: the application's",
    ),
];

/// The rows of `security.md`, by group: the last number of each.
const GROUPS: [(char, usize); 8] =
    [('A', 24), ('B', 18), ('C', 20), ('D', 23), ('E', 4), ('F', 9), ('G', 3), ('H', 3)];

/// The relying-party tests of the OpenID Foundation that `security.md` names in its section 2, without
/// their common beginning: Basic, Config, refresh, logouts, and what the comprehensive plan adds.
const CONFORMANCE: [&str; 47] = [
    "",
    "-invalid-iss",
    "-missing-sub",
    "-invalid-aud",
    "-missing-iat",
    "-kid-absent-single-jwks",
    "-kid-absent-multiple-jwks",
    "-idtoken-sig-rs256",
    "-idtoken-sig-none",
    "-invalid-sig-rs256",
    "-userinfo-invalid-sub",
    "-nonce-invalid",
    "-scope-userinfo-claims",
    "-client-secret-basic",
    "-discovery-openid-config",
    "-discovery-jwks-uri-keys",
    "-discovery-issuer-mismatch",
    "-signing-key-rotation-just-before-signing",
    "-signing-key-rotation",
    "-refresh-token",
    "-refresh-token-invalid-issuer",
    "-refresh-token-invalid-sub",
    "-rp-init-logout",
    "-rp-init-logout-other-state",
    "-rp-init-logout-no-state",
    "-rp-backchannel-rpinitlogout",
    "-rp-backchannel-rpinitlogout-alg-none",
    "-rp-backchannel-rpinitlogout-no-event",
    "-rp-backchannel-rpinitlogout-with-nonce",
    "-rp-backchannel-rpinitlogout-wrong-alg",
    "-rp-backchannel-rpinitlogout-wrong-aud",
    "-rp-backchannel-rpinitlogout-wrong-event",
    "-rp-backchannel-rpinitlogout-wrong-iss",
    "-rp-frontchannel-rpinitlogout",
    "-rp-frontchannel-opinitlogout",
    "-session-management",
    "-missing-aud",
    "-invalid-sig-hs256",
    "-invalid-sig-es256",
    "-missing-athash",
    "-form-post-error",
    "-userinfo-bearer-header",
    "-userinfo-bearer-body",
    "-userinfo-signed",
    "-aggregated-claims",
    "-distributed-claims",
    "-3rd-party-init-login",
];

/// What the older suite has beside them for the code flow: its optional tests, by their own names.
const OLDER: [&str; 17] = [
    "rp-id_token-sig-es256",
    "rp-id_token-bad-sig-es256",
    "rp-id_token-sig-hs256",
    "rp-id_token-bad-sig-hs256",
    "rp-id_token-sig+enc",
    "rp-id_token-sig+enc-a128kw",
    "rp-key-rotation-op-enc-key",
    "rp-userinfo-enc",
    "rp-userinfo-sig+enc",
    "rp-token_endpoint-client_secret_post",
    "rp-token_endpoint-client_secret_jwt",
    "rp-token_endpoint-private_key_jwt",
    "rp-response_mode-form_post",
    "rp-response_mode-form_post-error",
    "rp-claims_request-id_token",
    "rp-claims_request-userinfo",
    "rp-init-logout-session",
];

#[test]
fn every_row_has_a_test_or_a_reason() {
    let covered: BTreeSet<&str> = table()
        .iter()
        .map(|row| row.id)
        .chain(TESTS.iter().map(|(id, ..)| *id))
        .chain(REASONS.iter().map(|(id, _)| *id))
        .collect();
    let mut lacking: Vec<String> = GROUPS
        .into_iter()
        .flat_map(|(group, last)| (1..=last).map(move |number| format!("{group}{number:02}")))
        .filter(|id| !covered.contains(id.as_str()))
        .collect();
    let conformance = CONFORMANCE.iter().map(|end| format!("oidcc-client-test{end}"));
    let conformance = conformance.chain(["oidcc-client-formpost-basic".to_owned()]);
    let conformance = conformance.chain(OLDER.map(str::to_owned));
    lacking.extend(conformance.filter(|id| !covered.contains(id.as_str())));
    // The document itself, where it is at hand: a row that is added there must be covered here.
    let document = root().parent().map(|folder| folder.join("shared/reference/security.md"));
    if let Some(text) = document.and_then(|path| std::fs::read_to_string(path).ok()) {
        let ids = text.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
        let is_row = |id: &&str| {
            id.len() == 3
                && id.starts_with(|c: char| ('A'..='H').contains(&c))
                && id[1..].parse::<u8>().is_ok()
        };
        lacking.extend(ids.filter(is_row).filter(|id| !covered.contains(id)).map(str::to_owned));
    } else {
        println!("security.md is not at hand: its rows are counted from the list of this file");
    }
    assert!(lacking.is_empty(), "no test and no reason: {lacking:?}");
}

#[test]
fn every_test_that_is_named_exists() {
    for (id, file, test) in TESTS {
        let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
        assert!(text.contains(&format!("fn {test}(")), "{id}: no test `{test}` in {file}");
    }
}

#[test]
fn what_has_a_reason_has_no_test() {
    for (id, reason) in REASONS {
        assert!(!TESTS.iter().any(|(other, ..)| other == id), "{id}: {reason}");
        assert!(!table().iter().any(|row| row.id == *id), "{id}: {reason}");
        println!("{id:<44} does not apply: {reason}");
    }
}
