"""What python-social-auth asks of an application, in memory: settings, a session, users.

One `Strategy` is one browser's session. `remember` is the last step of its pipeline and keeps what
the steps before it found out."""

import itertools

from social_core.pipeline import DEFAULT_AUTH_PIPELINE
from social_core.storage import AssociationMixin, BaseStorage, NonceMixin, UserMixin
from social_core.strategy import BaseStrategy


class User:
    """A user of the application."""

    is_active = is_authenticated = True
    numbers = itertools.count(1)

    def __init__(self, username, email=None):
        self.id, self.username, self.email = next(self.numbers), username, email


class SocialUser(UserMixin):
    """A user's account at a provider."""

    known = []

    @classmethod
    def create_social_auth(cls, user, uid, provider, id_key=""):
        social = cls()
        social.user, social.uid, social.provider, social.id_key = user, uid, provider, id_key
        social.extra_data = {}
        cls.known.append(social)
        return social

    @classmethod
    def get_social_auth(cls, provider, uid, id_key=None):
        wanted = (provider, uid)
        return next((one for one in cls.known if (one.provider, one.uid) == wanted), None)

    @classmethod
    def create_user(cls, username, email=None, **_):
        return User(username, email)

    @classmethod
    def user_exists(cls, **_):
        return False

    @classmethod
    def username_max_length(cls):
        return None

    @classmethod
    def get_username(cls, user):
        return user.username

    @classmethod
    def changed(cls, user):
        pass

    @classmethod
    def user_model(cls):
        return User

    def save(self):
        pass


class Nonce(NonceMixin):
    """The states of sign-ins that have begun."""

    known = set()

    @classmethod
    def use(cls, server_url, timestamp, salt):
        cls.known.add((server_url, timestamp, salt))
        return True

    @classmethod
    def consume(cls, server_url, timestamp, salt):
        one = (server_url, timestamp, salt)
        there = one in cls.known
        cls.known.discard(one)
        return there


class Association(AssociationMixin):
    """The nonces of OpenID Connect."""

    known = []

    @classmethod
    def store(cls, server_url, association):
        one = cls()
        one.id, one.server_url, one.handle = id(one), server_url, association.handle
        one.issued, one.lifetime = association.issued, association.lifetime
        one.assoc_type = association.assoc_type
        cls.known.append(one)

    @classmethod
    def get(cls, server_url=None, handle=None):
        return [one for one in cls.known if (one.server_url, one.handle) == (server_url, handle)]

    @classmethod
    def remove(cls, ids_to_delete):
        cls.known = [one for one in cls.known if one.id not in ids_to_delete]


class Storage(BaseStorage):
    """Everything that is stored."""

    user, nonce, association = SocialUser, Nonce, Association

    @classmethod
    def is_integrity_error(cls, exception):
        return False


class Strategy(BaseStrategy):
    """The application."""

    def __init__(self, settings):
        super().__init__(Storage)
        pipeline = (*DEFAULT_AUTH_PIPELINE, f"{__name__}.remember")
        self._settings = {"SOCIAL_AUTH_PIPELINE": pipeline, **settings}
        self._session, self.data = {}, {}

    def get_setting(self, name):
        return self._settings[name]

    def get_request_data(self, merge=True):
        return self.data

    def build_absolute_uri(self, path=None):
        return path

    def redirect(self, url):
        return url

    def session_get(self, name, default=None):
        return self._session.get(name, default)

    def session_set(self, name, value):
        self._session[name] = value

    def session_pop(self, name):
        return self._session.pop(name, None)


def remember(backend, details, uid, groups, legacy_uids, user, *_, **__):
    """The last step of the pipeline."""
    user.found = {**details, "uid": uid, "groups": groups, "legacy_uids": legacy_uids}
