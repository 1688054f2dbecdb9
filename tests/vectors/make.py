#!/usr/bin/env python3
"""Makes `jws.json`: signed tokens and key sets, good ones and ones that a client must refuse.

The tokens come from OpenSSL (by the package `cryptography`) and from the RFCs' own arithmetic, so that they are a
second opinion on what the runtime checks. Every run makes new keys. `pip install cryptography`, then
`python3 make.py > jws.json`.
"""

import base64
import hashlib
import hmac
import json
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

HASHES = {"256": (hashes.SHA256, hashlib.sha256), "384": (hashes.SHA384, hashlib.sha384),
          "512": (hashes.SHA512, hashlib.sha512)}
PAYLOAD = b'{"iss":"joe","exp":1300819380,"http://example.com/is_root":true}'
VECTORS = []


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value, size=None):
    return b64(value.to_bytes(size or (value.bit_length() + 7) // 8, "big"))


def vector(name, keys, token, valid):
    VECTORS.append({"name": name, "valid": valid, "keys": keys, "token": token})


def signing_input(alg, payload=PAYLOAD, **more):
    header = {"alg": alg, **more}
    return b64(json.dumps(header, separators=(",", ":")).encode()) + "." + b64(payload)


def rsa_jwk(key, **more):
    n = key.public_key().public_numbers()
    return {"kty": "RSA", "n": number(n.n), "e": number(n.e), **more}


def ec_jwk(key, crv, size, **more):
    n = key.public_key().public_numbers()
    return {"kty": "EC", "crv": crv, "x": number(n.x, size), "y": number(n.y, size), **more}


def ed_jwk(key, **more):
    raw = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return {"kty": "OKP", "crv": "Ed25519", "x": b64(raw), **more}


def sign_rsa(key, alg, data):
    hash_ = HASHES[alg[2:]][0]()
    pad = padding.PKCS1v15() if alg[0] == "R" else padding.PSS(padding.MGF1(hash_), hash_.digest_size)
    return key.sign(data, pad, hash_)


def sign_ec(key, alg, data):
    size = {"ES256": 32, "ES384": 48}[alg]
    r, s = utils.decode_dss_signature(key.sign(data, ec.ECDSA(HASHES[alg[2:]][0]())))
    return r.to_bytes(size, "big") + s.to_bytes(size, "big")


RSA, OTHER_RSA = (rsa.generate_private_key(65537, 2048) for _ in range(2))
P256, P384 = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP384R1())
ED = ed25519.Ed25519PrivateKey.generate()

KINDS = {}
for alg in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]:
    KINDS[alg] = (rsa_jwk(RSA), lambda data, alg=alg: sign_rsa(RSA, alg, data))
KINDS["ES256"] = (ec_jwk(P256, "P-256", 32), lambda data: sign_ec(P256, "ES256", data))
KINDS["ES384"] = (ec_jwk(P384, "P-384", 48), lambda data: sign_ec(P384, "ES384", data))
KINDS["EdDSA"] = (ed_jwk(ED), ED.sign)


def flipped(signature, at=-1):
    changed = bytearray(signature)
    changed[at] ^= 1
    return bytes(changed)


def every_algorithm():
    for alg, (jwk, sign) in KINDS.items():
        def name(what):
            return f"{alg}: {what}"
        marked = {**jwk, "alg": alg, "use": "sig", "kid": "k"}
        data = signing_input(alg, kid="k")
        head, body = data.split(".")
        good = sign(data.encode())
        signature = b64(good)
        vector(name("good"), [marked], f"{data}.{signature}", True)
        vector(name("good, by a key that is marked for nothing"), [{**jwk, "kid": "k"}], f"{data}.{signature}", True)
        bare = signing_input(alg)
        vector(name("good, without a key id"), [marked], f"{bare}.{b64(sign(bare.encode()))}", True)
        for at, what in [(0, "first"), (len(good) // 2, "middle"), (-1, "last")]:
            vector(name(f"a bit of the {what} byte of the signature"), [marked],
                   f"{data}.{b64(flipped(good, at))}", False)
        for what, token in [
            ("no signature", f"{data}."),
            ("neither signature nor separator", data),
            ("another payload", f"{head}.{b64(PAYLOAD.replace(b'joe', b'eve'))}.{signature}"),
            ("no payload", f"{head}..{signature}"),
            ("neither payload nor separator", f"{head}.{signature}"),
            ("another header", f"{b64(json.dumps({'alg': alg, 'kid': 'k', 'typ': 'JWT'}).encode())}.{body}.{signature}"),
            ("no header", f".{body}.{signature}"),
            ("neither header nor separator", f"{body}.{signature}"),
            ("a payload alone", f".{body}."),
            ("an empty text", ""),
            ("two separators alone", ".."),
            ("a fourth, empty part", f"{data}.{signature}."),
            ("a fourth part", f"{data}.{signature}.{signature}"),
            ("the signature twice", f"{data}.{signature}{signature}"),
            ("the signature cut short", f"{data}.{b64(good[:-1])}"),
            ("a zero before the signature", f"{data}.{b64(bytes(1) + good)}"),
            ("a zero behind the signature", f"{data}.{b64(good + bytes(1))}"),
            ("zeros as signature", f"{data}.{b64(bytes(len(good)))}"),
            ("JSON serialization", json.dumps({"payload": body, "signatures": [{"protected": head, "signature": signature}]})),
            ("flattened JSON serialization", json.dumps({"payload": body, "protected": head, "signature": signature})),
        ]:
            vector(name(what), [marked], token, False)
        for none in ["none", "None", "NONE", "nOnE", ""]:
            vector(name(f"alg `{none}`, signed"), [marked], f"{signing_input(none, kid='k')}.{signature}", False)
            vector(name(f"alg `{none}`, not signed"), [marked], f"{signing_input(none, kid='k')}.", False)
        # Critical header members that nobody knows (RFC 7515 section 4.1.11), and RFC 7797.
        for what, more in [("an unknown critical member", {"crit": ["exp"], "exp": 1}),
                           ("an empty list of critical members", {"crit": []}),
                           ("a payload that is not encoded", {"crit": ["b64"], "b64": False})]:
            odd = signing_input(alg, kid="k", **more)
            vector(name(what), [marked], f"{odd}.{b64(sign(odd.encode()))}", False)
        # A key that the token brings along decides nothing (RFC 7515 section 4.1.3).
        own = signing_input("RS256", kid="k", jwk=rsa_jwk(OTHER_RSA))
        vector(name("a key in the header"), [marked], f"{own}.{b64(sign_rsa(OTHER_RSA, 'RS256', own.encode()))}", False)
        # The public key as a shared secret.
        for what, secret in [("members", json.dumps(jwk).encode()), ("first member", base64.urlsafe_b64decode(jwk.get("n", jwk.get("x")) + "=="))]:
            confused = signing_input("HS256", kid="k")
            mac = hmac.new(secret, confused.encode(), hashlib.sha256).digest()
            vector(name(f"HS256 with the public key's {what} as secret"), [marked], f"{confused}.{b64(mac)}", False)
        # The key's own members.
        token = f"{data}.{signature}"
        for what, more in [("for encryption", {"use": "enc"}), ("whose operations do not verify", {"key_ops": ["encrypt"]}),
                           ("of an unknown type", {"kty": "XYZ"}), ("of a symmetric type", {"kty": "oct", "k": "AAAA"}),
                           ("with another id", {"kid": "other"})]:
            vector(name(f"a key {what}"), [{**marked, **more}], token, False)
        for other in KINDS:
            if other != alg:
                vector(name(f"a key that is marked for {other}"), [{**marked, "alg": other}], token, False)
                vector(name(f"the header says {other}"), [{**jwk, "kid": "k"}],
                       f"{signing_input(other, kid='k')}.{b64(sign(signing_input(other, kid='k').encode()))}", False)


def base64url():
    jwk, sign = KINDS["RS256"]
    def token(header, payload):
        data = f"{header}.{payload}"
        return f"{data}.{b64(sign(data.encode()))}"
    header, payload = signing_input("RS256").split(".")
    good = token(header, payload)
    vector("base64url: good", [jwk], good, True)
    spaced = b64(b'{ "alg" : "RS256"\n}')
    vector("base64url: white space in the header's JSON", [jwk], token(spaced, payload), True)
    for odd, what in [(" ", "a space"), ("\n", "a line break"), ("=", "padding"), ("+", "a plus"), ("/", "a slash"), ("%", "a percent sign"), ("\u00e9", "a letter with an accent"), ("\0", "a zero")]:
        vector(f"base64url: {what} in the header", [jwk], token(header[:4] + odd + header[4:], payload), False)
        vector(f"base64url: {what} in the payload", [jwk], token(header, payload[:4] + odd + payload[4:]), False)
        vector(f"base64url: {what} behind the payload", [jwk], token(header, payload + odd), False)
        head, body, signature = good.split(".")
        vector(f"base64url: {what} in the signature", [jwk], f"{head}.{body}.{signature[:4]}{odd}{signature[4:]}", False)
        vector(f"base64url: {what} behind the signature", [jwk], f"{good}{odd}", False)
        vector(f"base64url: {what} before the token", [jwk], f"{odd}{good}", False)
    # 342 characters hold 2,052 bits: the last four must be zero.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(good[-1]) | 1]
    assert last != good[-1]
    vector("base64url: unused bits of the signature", [jwk], good[:-1] + last, False)
    # Payloads of every remainder, with one unused bit set before signing.
    for length in (1, 2):
        odd = b64(PAYLOAD + b" " * ((length - len(PAYLOAD)) % 3))
        spare = alphabet[alphabet.index(odd[-1]) | 1]
        assert spare != odd[-1]
        vector(f"base64url: unused bits of a payload, remainder {length}", [jwk], token(header, odd[:-1] + spare), False)


def mgf1(seed, length, hash_):
    out = b"".join(hash_(seed + i.to_bytes(4, "big")).digest() for i in range(length // hash_().digest_size + 1))
    return out[:length]


def raw_rsa(encoded):
    private = RSA.private_numbers()
    n = private.public_numbers.n
    return pow(int.from_bytes(encoded, "big"), private.d, n).to_bytes(256, "big")


def pkcs1():
    """RFC 8017 section 9.2: the padding is compared whole, so that none of these passes."""
    jwk = rsa_jwk(RSA)
    data = signing_input("RS256")
    digest = hashlib.sha256(data.encode()).digest()
    oid = bytes.fromhex("0609608648016503040201")
    def der(tag, *parts, length=None):
        body = b"".join(parts)
        return bytes([tag]) + (length or bytes([len(body)])) + body
    algorithm = der(0x30, oid, b"\x05\x00")
    octets = der(0x04, digest)
    def encoded(info, filler=b"\xff", kind=1, length=256):
        return bytes([0, kind]) + filler * (length - 3 - len(info)) + b"\x00" + info
    good = der(0x30, algorithm, octets)
    vector("PKCS#1: good", [jwk], f"{data}.{b64(raw_rsa(encoded(good)))}", True)
    body = algorithm + octets
    cases = {
        "a length in long form": encoded(der(0x30, body, length=b"\x81\x31")),
        "a length in long form with a zero": encoded(der(0x30, body, length=b"\x82\x00\x31")),
        "a length one too short": encoded(der(0x30, body, length=b"\x30")),
        "a length one too long": encoded(der(0x30, body, length=b"\x32")),
        "an indefinite length": encoded(der(0x30, body, b"\x00\x00", length=b"\x80")),
        "an indefinite length without an end": encoded(der(0x30, body, length=b"\x80")),
        "a length of 2^32 and more": encoded(der(0x30, body, length=b"\x85\x01\x00\x00\x00\x31")),
        "a length of 2^64 and more": encoded(der(0x30, body, length=b"\x89\x01\x00\x00\x00\x00\x00\x00\x00\x31")),
        "no parameters of the algorithm": encoded(der(0x30, der(0x30, oid), octets)),
        "other parameters of the algorithm": encoded(der(0x30, der(0x30, oid, b"\x04\x00"), octets)),
        "the algorithm of another hash": encoded(der(0x30, der(0x30, bytes.fromhex("0609608648016503040202"), b"\x05\x00"), octets)),
        "no algorithm": encoded(octets),
        "the digest alone": encoded(digest),
        "an element more": encoded(der(0x30, body, b"\x05\x00")),
        "garbage inside": encoded(der(0x30, body, os.urandom(8))),
        "garbage behind": encoded(good + os.urandom(8)),
        "zeros behind": encoded(good + bytes(8)),
        "short padding and garbage behind": bytes([0, 1]) + b"\xff" * 8 + b"\x00" + good + os.urandom(256 - 11 - len(good)),
        "short padding and zeros behind": bytes([0, 1]) + b"\xff" * 8 + b"\x00" + good + bytes(256 - 11 - len(good)),
        "padding of another byte": encoded(good, filler=b"\xfe"),
        "padding of type 0": encoded(good, filler=b"\x00", kind=0),
        "padding of type 2": encoded(good, filler=b"\x55", kind=2),
        "no zero behind the padding": bytes([0, 1]) + b"\xff" * (254 - len(good)) + good,
        "another sequence tag": encoded(der(0x31, body)),
        "another string tag": encoded(der(0x30, algorithm, der(0x24, digest))),
        "a sequence in a sequence": encoded(der(0x30, good)),
        "another digest": encoded(der(0x30, algorithm, der(0x04, flipped(digest)))),
        "a digest cut short": encoded(der(0x30, algorithm, der(0x04, digest[:-1]))),
        "an empty digest": encoded(der(0x30, algorithm, der(0x04))),
    }
    for name, em in cases.items():
        vector(f"PKCS#1: {name}", [jwk], f"{data}.{b64(raw_rsa(em))}", False)
    n = RSA.public_key().public_numbers().n
    real = int.from_bytes(raw_rsa(encoded(good)), "big")
    for name, value in {"0": 0, "1": 1, "n - 1": n - 1, "n": n, "n - s": n - real}.items():
        vector(f"PKCS#1: {name} as signature", [jwk], f"{data}.{b64(value.to_bytes(256, 'big'))}", False)
    if real + n < 1 << 2048:
        vector("PKCS#1: a signature that is not reduced", [jwk], f"{data}.{b64((real + n).to_bytes(256, 'big'))}", False)


def pss():
    """RFC 8017 section 9.1.2; RFC 7518 section 3.5: the salt is as long as the hash."""
    jwk = rsa_jwk(RSA)
    for bits in ("256", "384", "512"):
        hash_ = HASHES[bits][1]
        size = hash_().digest_size
        data = signing_input(f"PS{bits}")
        digest = hash_(data.encode()).digest()
        bits_used = RSA.key_size - 1
        def encoded(salt=None, digest=digest, first=b"\x01", trailer=b"\xbc", filler=b"\x00", h=None, top=0):
            salt = os.urandom(size) if salt is None else salt
            h = h or hash_(bytes(8) + digest + salt).digest()
            db = filler * (256 - len(salt) - size - 2) + first + salt
            masked = bytearray(a ^ b for a, b in zip(db, mgf1(h, len(db), hash_)))
            masked[0] = masked[0] & (0xFF >> (8 * 256 - bits_used)) | top
            return bytes(masked) + h + trailer
        def add(name, em, valid=False):
            vector(f"PSS {bits}: {name}", [jwk], f"{data}.{b64(raw_rsa(em))}", valid)
        add("good", encoded(), True)
        add("a salt of zeros", encoded(salt=bytes(size)), True)
        for length in {0, 8, 20, size - 1, size + 1}:
            add(f"a salt of {length} bytes", encoded(salt=os.urandom(length)))
        add("another digest", encoded(digest=flipped(digest)))
        add("another hash", encoded(h=os.urandom(size)))
        add("another first byte before the salt", encoded(first=b"\x02"))
        add("another trailer", encoded(trailer=b"\xcc"))
        add("another filler", encoded(filler=b"\x01"))
        n = RSA.public_key().public_numbers().n
        for name, value in {"0": 0, "1": 1, "n - 1": n - 1, "n": n}.items():
            vector(f"PSS {bits}: {name} as signature", [jwk], f"{data}.{b64(value.to_bytes(256, 'big'))}", False)


def ecdsa():
    order = {"ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
             "ES384": int("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973", 16)}
    for alg, size in (("ES256", 32), ("ES384", 48)):
        jwk, sign = KINDS[alg]
        n = order[alg]
        data = signing_input(alg)
        good = sign(data.encode())
        r, s = int.from_bytes(good[:size], "big"), int.from_bytes(good[size:], "big")
        def add(name, signature, valid=False):
            vector(f"{alg}: {name}", [jwk], f"{data}.{b64(signature)}", valid)
        def pair(r, s, size=size):
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")
        add("r and n - s, which is the same signature", pair(r, n - s), True)
        values = {"0": 0, "1": 1, "n - 1": n - 1, "n": n}
        for first, a in values.items():
            for second, b in values.items():
                add(f"r = {first}, s = {second}", pair(a, b))
        add("r too big", pair(r, s, size + 1))
        add("r and s swapped", pair(s, r))
        if r + n < 1 << 8 * size:
            add("r that is not reduced", pair(r + n, s))
        if s + n < 1 << 8 * size:
            add("s that is not reduced", pair(r, s + n))
        add("zeros between", good[:size] + bytes(1) + good[size:])
        add("a signature in DER", utils.encode_dss_signature(r, s))
        # Keys that are none.
        token = f"{data}.{b64(good)}"
        other = "P-384" if alg == "ES256" else "P-256"
        x = int.from_bytes(base64.urlsafe_b64decode(jwk["x"] + "=="), "big")
        for name, more in {"another curve": {"crv": other}, "an unknown curve": {"crv": "P-257"}, "no curve": {"crv": None},
                           "a point off the curve": {"x": number(x ^ 1, size)}, "the point at zero": {"x": number(0, size), "y": number(0, size)},
                           "no y": {"y": None}, "a y that is no base64url": {"y": "***"}}.items():
            key = {name: value for name, value in {**jwk, **more}.items() if value is not None}
            vector(f"{alg}: a key with {name}", [key], token, False)
    key = ec.generate_private_key(ec.SECP256K1())
    data = signing_input("ES256")
    vector("ES256: a key of secp256k1", [ec_jwk(key, "secp256k1", 32)], f"{data}.{b64(sign_ec(key, 'ES256', data.encode()))}", False)
    vector("ES256: a key of secp256k1 that says P-256", [ec_jwk(key, "P-256", 32)], f"{data}.{b64(sign_ec(key, 'ES256', data.encode()))}", False)


def key_sets():
    jwk, sign = KINDS["RS256"]
    data = signing_input("RS256", kid="k")
    token = f"{data}.{b64(sign(data.encode()))}"
    mine, other = {**jwk, "kid": "k"}, rsa_jwk(OTHER_RSA, kid="o")
    symmetric = {"kty": "oct", "kid": "s", "alg": "HS256", "k": b64(os.urandom(32))}
    unknown = {"kty": "AKP", "alg": "ML-DSA-44", "kid": 7, "pub": "AA"}
    for name, keys in {"behind another": [other, mine], "before another": [mine, other], "beside a symmetric key": [symmetric, mine],
                       "beside a key of an unknown type": [unknown, mine], "beside keys of every kind": [KINDS["ES256"][0], KINDS["EdDSA"][0], unknown, mine]}.items():
        vector(f"sets: the right key {name}", keys, token, True)
    vector("sets: no key", [], token, False)
    vector("sets: another key alone", [other], token, False)
    vector("sets: another key of that id", [{**other, "kid": "k"}], token, False)
    vector("sets: two keys of one id", [{**other, "kid": "k"}, mine], token, False)
    bare = signing_input("RS256")
    bare = f"{bare}.{b64(sign(bare.encode()))}"
    vector("sets: no key id, and two keys", [other, mine], bare, False)
    vector("sets: no key id, one key beside another kind", [KINDS["ES256"][0], mine], bare, True)
    confused = signing_input("HS256", kid="s")
    mac = hmac.new(base64.urlsafe_b64decode(symmetric["k"] + "=="), confused.encode(), hashlib.sha256).digest()
    vector("sets: a symmetric key of the set signs", [symmetric, mine], f"{confused}.{b64(mac)}", False)
    vector("sets: a symmetric key alone signs", [symmetric], f"{confused}.{b64(mac)}", False)
    for bits in (1024,):
        weak = rsa.generate_private_key(65537, bits)
        vector(f"sets: an RSA key of {bits} bits", [rsa_jwk(weak, kid="k")], f"{data}.{b64(sign_rsa(weak, 'RS256', data.encode()))}", False)
    # With the exponent 1 the signature is the padded digest itself, which anybody can write.
    digest = hashlib.sha256(data.encode()).digest()
    info = bytes.fromhex("3031300d060960864801650304020105000420") + digest
    forged = b"\x00\x01" + b"\xff" * (253 - len(info)) + b"\x00" + info
    for e in (1, 2, 65536):
        vector(f"sets: an RSA key with the exponent {e}", [{**mine, "e": number(e)}], f"{data}.{b64(forged)}", False)
    for member in ("n", "e", "kty"):
        without = {name: value for name, value in mine.items() if name != member}
        vector(f"sets: an RSA key without `{member}`", [without], token, False)
        vector(f"sets: an RSA key whose `{member}` is a number", [{**mine, member: 7}], token, False)
    vector("sets: an RSA key that says EC", [{**mine, "kty": "EC"}], token, False)


every_algorithm()
base64url()
pkcs1()
pss()
ecdsa()
key_sets()
names = [vector["name"] for vector in VECTORS]
assert len(set(names)) == len(names), [name for name in names if names.count(name) > 1]
# One line for each, and each key set once.
sets = []
for vector_ in VECTORS:
    if vector_["keys"] not in sets:
        sets.append(vector_["keys"])
    vector_["keys"] = sets.index(vector_["keys"])
print('{"key_sets":[')
print(",\n".join(json.dumps(keys) for keys in sets))
print('],"vectors":[')
print(",\n".join(json.dumps(vector) for vector in VECTORS))
print("]}")
