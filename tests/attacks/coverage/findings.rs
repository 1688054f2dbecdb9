//! The findings of a security review of the code: for each its number, the weakness, and the test that fails if the
//! weakness comes back. A finding whose test is a row of the attack table has the same number there.

/// The number of the last finding.
pub const LAST: usize = 28;

/// Number, weakness, file, test.
#[rustfmt::skip]
pub const FINDINGS: &[(&str, &str, &str, &str)] = &[
    ("T2-01", "allow-lists took addresses that are not verified", "tests/attacks/identity.rs", "an_allow_list_takes_verified_addresses_only"),
    ("T2-02", "an allow-list that is set and empty let anybody in", "tests/flows/wrong_settings.rs", "the_table_holds"),
    ("T2-03", "two issuers could give one key of a user", "tests/attacks/identity.rs", "two_issuers_never_give_one_key"),
    ("T2-03", "two issuers could have one backend's name", "tests/attacks/mix_up.rs", "one_name_one_issuer"),
    ("T2-04", "providers that share a redirect URI could be mixed up", "tests/attacks/mix_up.rs", "a_mixed_up_code_stays_at_home"),
    ("T2-04", "two issuers could share a redirect URI", "tests/attacks/mix_up.rs", "one_redirect_uri_one_issuer"),
    ("T2-04", "a transaction opened at another issuer", "tests/attacks/transaction.rs", "another_issuers_transaction_is_refused"),
    ("T2-05", "one document verified the address of another", "runtime/src/flow/tests/decoration.rs", "an_address_and_its_truth_come_from_one_document"),
    ("T2-06", "one provider's document kept another's keys old", "tests/attacks/documents.rs", "one_providers_document_spoils_no_others_keys"),
    ("T2-07", "a key that seals could be blank or short", "tests/attacks/transaction.rs", "a_transaction_key_is_long_and_set"),
    ("T2-07", "a constant or the client's secret sealed", "tests/attacks/transaction.rs", "a_forged_transaction_is_refused"),
    ("T2-08", "a callback did not say where it came to", "runtime/src/flow/tests/callback.rs", "it_comes_to_the_redirect_uri_in_the_browser_that_began"),
    ("T2-09", "a sign-in could end in another browser", "tests/attacks/stores.rs", "a_sign_in_ends_in_the_browser_that_began_it"),
    ("T2-10", "who read a store had the tickets", "tests/attacks/stores.rs", "a_store_knows_no_ticket"),
    ("T2-10", "who wrote a store could exchange sign-ins", "tests/attacks/stores.rs", "exchanged_sign_ins_do_not_open"),
    ("T2-11", "a made-up ticket cost a file and a signature", "tests/attacks/transaction.rs", "a_made_up_ticket_reads_no_file"),
    ("T2-12", "a logout token delayed new keys", "tests/attacks/documents.rs", "a_strangers_logout_token_delays_no_key"),
    ("T2-12", "one `Retry-After` was an outage", "tests/attacks/documents.rs", "a_long_retry_after_is_no_outage"),
    ("T2-13", "a single tenant did not have to be named", "tests/flows/wrong_settings.rs", "the_table_holds"),
    ("T2-14", "B2C's addresses counted as verified", "tests/attacks/identity.rs", "an_address_is_no_identity"),
    ("T2-15", "a refresh whose caller hung up was sent again", "tests/attacks/refresh.rs", "whoever_hangs_up_spends_no_refresh_token_twice"),
    ("T2-16", "a spec could set parameters that protect a request", "runtime/src/flow/reserved.rs", "a_descriptor_sets_nothing_that_protects"),
    ("T2-16", "an endpoint's query could set them too", "runtime/src/flow/reserved.rs", "an_endpoint_sets_nothing_that_protects"),
    ("T2-16", "a request could have a name twice", "runtime/src/flow/reserved.rs", "an_endpoint_sets_nothing_that_protects"),
    ("T2-17", "a refresh gave another user's identifiers to store", "tests/attacks/refresh.rs", "nobody_elses_identifiers_are_stored"),
    ("T2-18", "an issuer that a customer enters reached private hosts", "tests/attacks/untrusted_issuers.rs", "a_customers_issuer_reaches_no_neighbour"),
    ("T2-18", "a customer could set what belongs to operators", "tests/attacks/untrusted_issuers.rs", "settings_of_operators_are_not_a_customers"),
    ("T2-18", "errors told which ports are open", "tests/attacks/untrusted_issuers.rs", "no_error_tells_a_customer_which_ports_are_open"),
    ("T2-19", "an offline provider served applications on the web", "tests/attacks/requests.rs", "an_offline_provider_serves_no_application_on_the_web"),
    ("T2-20", "processes took one logout token twice", "tests/attacks/logout.rs", "processes_that_share_a_store_take_a_logout_token_once"),
    ("T2-20", "a front-channel notice was like a signed one", "tests/attacks/logout.rs", "front_channel_notices"),
    ("T2-21", "unsigned claims stood beside signed ones", "tests/attacks/identity.rs", "signed_claims_are_those_of_the_id_token"),
    ("T2-21", "user info stated protocol claims", "runtime/src/flow/tests/decoration.rs", "user_info_states_nothing_about_the_token"),
    ("T2-22", "login names of foreign tenants were earlier identifiers", "tests/attacks/identity.rs", "another_tenants_login_name_is_no_earlier_identifier"),
    ("T2-23", "a document put a line break into a URL", "runtime/src/keys/metadata.rs", "the_text_of_an_endpoint_is_what_a_url_is_written_with"),
    ("T2-24", "a sealed transaction was too long for a cookie", "runtime/src/transaction/sealing.rs", "a_sealed_transaction_fits_into_a_cookie"),
    ("T2-24", "a store in memory was not bounded in bytes", "runtime/src/transaction/expiring.rs", "bytes_are_bounded_too"),
    ("T2-25", "a flood of sign-ins pushed out everybody's", "tests/attacks/stores.rs", "a_flood_of_sign_ins_pushes_out_nobody_who_keeps_the_transaction"),
    ("T2-26", "a redirect URI could be http or hold a password", "tests/attacks/requests.rs", "a_redirect_uri_leads_to_this_application"),
    ("T2-27", "a growing body left copies", "runtime/src/transport/body.rs", "a_body_whose_length_is_known_is_never_moved"),
    ("T2-28", "small ones: a form that was asked for came in a URL", "tests/attacks/requests.rs", "a_code_that_was_asked_for_in_a_form_does_not_come_in_a_url"),
    ("T2-28", "small ones: the callback's issuer was not the token's", "runtime/src/flow/tests/decoration.rs", "the_issuer_of_the_callback_is_that_of_the_id_token"),
    ("T2-28", "small ones: an empty logout state was good", "tests/attacks/logout.rs", "a_logout_comes_back_with_its_state"),
];
