"""A browser of a few dozen lines: cookies, redirects, forms, and a person who answers pages."""

import html.parser
import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from checks import Wrong

LONGEST_WAY = 20


@dataclass
class Form:
    """A form of a page."""

    action: str
    method: str
    fields: dict = field(default_factory=dict)  # name to value
    buttons: list = field(default_factory=list)  # (name, value), in order


@dataclass
class Callback:
    """What a provider sent the browser to: an address, and a form's body if it was posted."""

    url: str
    body: str | None

    @property
    def parameters(self):
        """The parameters, wherever they are."""
        text = urllib.parse.urlsplit(self.url).query if self.body is None else self.body
        return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))

    def with_parameter(self, name, value):
        """The same address with another value of one parameter."""
        parts = urllib.parse.urlsplit(self.url)
        query = urllib.parse.urlencode({**self.parameters, name: value})
        return parts._replace(query=query).geturl()


class _Page(html.parser.HTMLParser):
    """Finds the forms and links of a page."""

    def __init__(self, text):
        super().__init__()
        self.forms, self.links, self._named, self._open = [], [], {}, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        name, value = found.get("name"), found.get("value") or ""
        # A control may stand outside of its form and name it.
        form = self._named.get(found["form"]) if "form" in found else self._open
        if tag == "form":
            self._open = Form(found.get("action") or "", (found.get("method") or "get").lower())
            self.forms.append(self._open)
            self._named[found.get("id")] = self._open
        elif tag == "a":
            self.links.append(found.get("href") or "")
        elif form and tag == "button":
            form.buttons.append((name, value))
        elif form and tag == "input" and name:
            form.fields[name] = value

    def handle_endtag(self, tag):
        if tag == "form":
            self._open = None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """One browser: its cookies are one person's session."""

    def __init__(self):
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
            _NoRedirect,
        )

    def visit(self, url, until, answers):
        """Goes where it is led until that is `until`, whose server is never asked.

        `answers` says what the person types into fields and which button is pressed, by name; the
        answer `link` follows the link whose address ends so, instead of the form."""
        body = None
        for _ in range(LONGEST_WAY):
            if url.split("?")[0] == until:
                return Callback(url, body)
            url, body = self._step(url, body, answers)
        raise Wrong("the provider leads the browser in circles")

    def _step(self, url, body, answers):
        """One request: where the browser goes next, and what it posts there."""
        try:
            answer = self._opener.open(url, None if body is None else body.encode(), timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            if answer.headers["location"]:
                return urllib.parse.urljoin(url, answer.headers["location"]), None
            page = _Page(answer.read().decode())
        link = answers.get("link")
        for address in page.links:
            if link and address.endswith(link):
                return urllib.parse.urljoin(url, address), None
        if not page.forms:
            raise Wrong(f"the provider shows a page without a form (status {answer.status})")
        form = page.forms[0]
        fields = {name: answers.get(name, value) for name, value in form.fields.items()}
        fields |= dict(pair for pair in form.buttons if answers.get(pair[0]) == pair[1])
        target = urllib.parse.urljoin(url, form.action)
        query = urllib.parse.urlencode(fields)
        return (target, query) if form.method == "post" else (f"{target}?{query}", None)
