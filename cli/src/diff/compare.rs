//! Two providers, construct by construct, in the order of the spec language.

use authspec_spec::Provider;

use super::change::Changes;
use super::settings::Side;
use super::{
    authorization, call, claims, client_authentication, endpoints, errors, extra_data, identity,
    oidc, policy, settings, token, user, user_info, variables,
};

pub(super) fn compare(old: &Provider, new: &Provider) -> Changes {
    // No `..`: a new construct must be compared here.
    let Provider {
        name,
        title,
        doc,
        aliases,
        settings,
        variables,
        endpoints,
        authorization,
        token,
        refresh,
        client_authentication,
        oidc,
        user_info,
        calls,
        user,
        claims,
        extra_data,
        policy,
        errors,
        // Samples are tests: no sign-in reads them.
        samples: _,
    } = old;
    let mut changes = Changes::of(&new.name);
    let c = &mut changes;
    identity::compare_name(&mut c.group("name"), name, &new.name);
    c.group("title").words("the title", Some(title), Some(&new.title));
    c.group("doc").words("the doc", doc.as_deref(), new.doc.as_deref());
    identity::compare_aliases(&mut c.group("aliases"), aliases, &new.aliases, &new.name);
    settings::compare(
        &mut c.group("settings"),
        Side { backend: name, settings },
        Side { backend: &new.name, settings: &new.settings },
    );
    variables::compare(&mut c.group("variables"), variables, &new.variables);
    endpoints::compare(&mut c.group("endpoints"), endpoints, &new.endpoints);
    authorization::compare(&mut c.group("authorization"), authorization, &new.authorization);
    token::compare(&mut c.group("token"), token, &new.token);
    token::compare_refresh(&mut c.group("refresh"), refresh.as_ref(), new.refresh.as_ref());
    client_authentication::compare(
        &mut c.group("client_authentication"),
        client_authentication,
        &new.client_authentication,
    );
    oidc::compare(&mut c.group("oidc"), oidc.as_ref(), new.oidc.as_ref());
    user_info::compare(&mut c.group("user_info"), user_info.as_ref(), new.user_info.as_ref());
    call::compare(&mut c.group("call"), calls, &new.calls);
    user::compare(&mut c.group("user"), user, &new.user);
    claims::compare(&mut c.group("claims"), claims, &new.claims);
    extra_data::compare(&mut c.group("extra_data"), extra_data, &new.extra_data);
    policy::compare(&mut c.group("policy"), policy, &new.policy);
    errors::compare(&mut c.group("errors"), errors, &new.errors);
    changes
}
