//! A spec of a plain OAuth 2.0 provider, its place left to fill in: there is nothing to discover.

use super::head;

pub(super) fn plain(name: &str) -> (String, Vec<String>) {
    let host = format!("{}.example", name.replace('_', "-"));
    let spec = format!(
        "{head}[endpoints]\n\
         authorization = \"https://{host}/oauth/authorize\"   # where the browser is sent\n\
         token         = \"https://{host}/oauth/token\"       # where codes are redeemed\n\
         user_info     = \"https://{host}/api/me\"            # who signed in\n\n\
         [authorization]\n\
         scopes = [\"profile\", \"email\"]\n\
         # scope_separator = \",\"          # a space unless said otherwise\n\n\
         # How the application proves itself with SECRET; some providers want client_secret_basic.\n\
         [[client_authentication]]\n\
         method = \"client_secret_post\"\n\n\
         # Remove this if the provider gives no refresh tokens.\n\
         [refresh]\n\n\
         [user_info]\n\
         # scheme  = \"token\"              # the word before the access token; Bearer by default\n\
         # headers = {{ x-version = \"2\" }}\n\n\
         # Which members of the replies make a user: a path such as `data.user.name`, or the first that\n\
         # is there, `nickname | login`. The uid is stored: it must never change or be given to another.\n\
         [user]\n\
         uid        = \"id\"\n\
         username   = \"login\"\n\
         fullname   = \"name\"\n\
         first_name = \"first_word(name)\"\n\
         last_name  = \"rest_words(name)\"\n\n\
         # What makes the address verified: conditions of which one must hold, \"provider\" or \"nothing\".\n\
         [[user.email]]\n\
         from        = \"email\"\n\
         verified_by = \"nothing\"\n\n\
         # The claims that the typed struct has.\n\
         [claims]\n\
         id    = {{ required = true, doc = \"The account.\" }}\n\
         login = \"A login name that can change.\"\n\n\
         # What is stored beside the user.\n\
         [extra_data]\n\
         access_token = \"$token.access_token\"\n\n\
         # A reply of the provider, and the user that it must give: a test, and an account of\n\
         # `authspec serve`. A JSON file beside this one may stand in the place of a table.\n\
         [[sample]]\n\
         name      = \"user\"\n\
         user_info = {{ id = \"1\", login = \"ana\", name = \"Ana Lima\", email = \"ana@mail.example\" }}\n\
         expect    = {{ uid = \"1\", username = \"ana\", fullname = \"Ana Lima\", first_name = \"Ana\", \
         last_name = \"Lima\", email = \"ana@mail.example\", email_verified = false }}\n",
        head = head(name),
    );
    let unknown = vec![
        format!("{host} is made up: put the provider's addresses in its place"),
        "the names of the members: the provider's documentation of its user API shows them"
            .to_owned(),
        "the sample is made up: replace its values with what the documentation shows".to_owned(),
    ];
    (spec, unknown)
}
