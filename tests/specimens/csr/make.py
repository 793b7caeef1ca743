#!/usr/bin/env python3
"""Makes the specimens of this folder anew (needs openssl; the tests don't run it).

Each file's name is what it shows.  Keys of refused requests are built from numbers chosen here,
and their signatures are zeros: the key is judged first.  Private keys are thrown away."""
import base64, math, os, secrets, subprocess, tempfile

def tlv(tag, body):
    n = len(body)
    size = bytes([n]) if n < 128 else bytes([0x80 | (n.bit_length() + 7) // 8]) + n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes([tag]) + size + body

def integer(v):
    return tlv(2, v.to_bytes(v.bit_length() // 8 + 1, "big"))

def seq(*parts):
    return tlv(0x30, b"".join(parts))

OID_RSA, OID_SHA256_RSA = bytes.fromhex("06092a864886f70d010101"), bytes.fromhex("06092a864886f70d01010b")
OID_EC, OID_P256 = bytes.fromhex("06072a8648ce3d0201"), bytes.fromhex("06082a8648ce3d030107")
NAME = seq(tlv(0x31, seq(bytes.fromhex("0603550403"), tlv(0x0c, b"www.example.org"))))

def rsa_spki(n, e=65537):
    return seq(seq(OID_RSA, tlv(5, b"")), tlv(3, b"\0" + seq(integer(n), integer(e))))

def request(spki):
    info = seq(integer(0), NAME, spki, tlv(0xa0, b""))
    return seq(info, seq(OID_SHA256_RSA, tlv(5, b"")), tlv(3, bytes(257)))

def pem(der, label="CERTIFICATE REQUEST"):
    text = base64.b64encode(der).decode()
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n" % (label, "\n".join(text[i:i + 64] for i in range(0, len(text), 64)), label)

def put(name, data):
    with open(name, "wb") as f:
        f.write(data.encode() if isinstance(data, str) else data)

def is_prime(n):
    if any(n % p == 0 for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)):
        return n in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29)
    d, r = n - 1, 0
    while d % 2 == 0:
        d, r = d // 2, r + 1
    for _ in range(24):
        x = pow(secrets.randbelow(n - 3) + 2, d, n)
        if x not in (1, n - 1):
            for _ in range(r - 1):
                x = x * x % n
                if x == n - 1:
                    break
            else:
                return False
    return True

def prime(bits):
    while True:
        p = secrets.randbits(bits) | 3 << (bits - 2) | 1
        if is_prime(p):
            return p

def next_prime(n):
    n += 1 + n % 2
    while not is_prime(n):
        n += 2
    return n

def roca_prime(bits):
    """k * M + 65537^a mod M, as Infineon's library did (Nemec et al., CCS 2017)."""
    m = math.prod(p for p in range(2, 702) if is_prime(p) or p in (2, 3, 5, 7)) if bits >= 992 else 1
    while True:
        k = secrets.randbits(bits - m.bit_length()) | 1 << (bits - m.bit_length())
        p = k * m + pow(65537, secrets.randbelow(m), m)
        if p.bit_length() == bits and is_prime(p):
            return p

def openssl(*args, stdin=None):
    return subprocess.run(("openssl",) + args, input=stdin, check=True, capture_output=True).stdout

def signed(key_args, subject, *more, der=False):
    with tempfile.NamedTemporaryFile() as key:
        openssl("genpkey", *key_args, "-out", key.name)
        out = openssl("req", "-new", "-key", key.name, "-subj", subject, *more, *(("-outform", "DER") if der else ()))
        return out, open(key.name, "rb").read()

ec = ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:named_curve")
def curve(name): return ("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + name, "-pkeyopt", "ec_param_enc:named_curve")
def rsa(bits): return ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:%d" % bits)
SAN = ("-addext", "subjectAltName=DNS:www.example.org,DNS:Example.ORG,DNS:*.example.org")

put("good-p256.pem", signed(ec, "/CN=www.example.org", *SAN)[0])
put("good-p384.pem", signed(curve("P-384"), "/CN=www.example.org")[0])
put("good-p521.der", signed(curve("P-521"), "/CN=www.example.org", der=True)[0])
put("good-ed25519.pem", signed(("-algorithm", "ED25519"), "/CN=ada@Example.org")[0])
put("good-rsa2048.pem", signed(rsa(2048), "/C=DE/O=Nobody/CN=www.example.org")[0])
put("good-rsa3072.der", signed(rsa(3072), "/CN=ada@example.org/emailAddress=ada@example.org", der=True)[0])
put("good-text-around.txt", b"Here it is:\r\n\r\n" + signed(ec, "/CN=www.example.org")[0].replace(b"\n", b"\r\n") + b"\r\nThank you!\r\n")
put("good-no-names.pem", signed(ec, "/")[0])
put("odd-person.pem", signed(ec, "/CN=Ada Lovelace", "-addext", "subjectAltName=DNS:www.example.org,IP:192.0.2.1")[0])
put("odd-underscore.pem", signed(ec, "/CN=under_score.example.org")[0])
put("odd-a-label.pem", signed(ec, "/", "-addext", "subjectAltName=DNS:xn--bcher-kva.example.org,DNS:xn--zzzzz-9.example.org,"
    "DNS:xn--ls8h.example.org,DNS:2.0.192.in-addr.arpa,email:ada@xn--ls8h.example.org")[0])

good, key = signed(ec, "/CN=www.example.org")
der = openssl("req", "-outform", "DER", stdin=good)
put("garbage-empty.txt", b"")
put("garbage-words.txt", b"please give me a certificate\n")
put("garbage-base64.pem", "-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----\n")
put("garbage-cut.der", der[:-9])
put("garbage-trailing.der", der + b"\0")
put("garbage-long-length.der", b"\x30\x84\x00\x00" + len(der[3:]).to_bytes(2, "big") + der[3:])
put("garbage-public-key.pem", openssl("pkey", "-pubout", stdin=key))
put("several.pem", good + signed(ec, "/CN=example.org")[0])
put("certificate.pem", openssl("req", "-x509", "-key", "/dev/stdin", "-subj", "/CN=www.example.org", stdin=key))
put("certificate.der", openssl("req", "-x509", "-key", "/dev/stdin", "-subj", "/CN=www.example.org", "-outform", "DER", stdin=key))
put("signature.der", der[:-1] + bytes([der[-1] ^ 1]))

put("private-pkcs8.pem", key)
put("private-with-request.pem", good + key)
put("private-encrypted.pem", openssl("pkey", "-aes256", "-passout", "pass:abc", stdin=key))
put("private-encrypted.der", openssl("pkcs8", "-topk8", "-passout", "pass:abc", "-outform", "DER", stdin=key))
put("private-pkcs8.der", openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", stdin=key))
put("private-sec1.der", openssl("ec", "-outform", "DER", stdin=key))
put("private-pkcs1.der", openssl("rsa", "-traditional", "-outform", "DER", stdin=openssl("genpkey", *rsa(2048))))
put("private-unlabelled.txt", base64.encodebytes(openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", stdin=key)))
put("private-wrong-label.pem", pem(openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", stdin=key)))
put("private-behind-request.der", der + openssl("pkcs8", "-topk8", "-nocrypt", "-outform", "DER", stdin=key))
with tempfile.TemporaryDirectory() as d:
    put(d + "/k", key)
    put(d + "/c", open("certificate.pem", "rb").read())
    put("private-pkcs12.der", openssl("pkcs12", "-export", "-inkey", d + "/k", "-in", d + "/c", "-passout", "pass:abc"))

p, q = prime(1024), prime(1024)
put("kind-secp256k1.pem", signed(curve("secp256k1"), "/CN=www.example.org")[0])
put("kind-ed448.pem", signed(("-algorithm", "ED448"), "/CN=www.example.org")[0])
put("kind-rsa-pss.pem", signed(("-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048"), "/CN=www.example.org")[0])
put("kind-explicit-curve.pem", signed(("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"), "/CN=www.example.org")[0])
put("kind-off-curve.der", request(seq(seq(OID_EC, OID_P256), tlv(3, b"\0\4" + bytes(31) + b"\1" + bytes(31) + b"\1"))))
# The neutral point: 0 and the point itself are a signature by it, of whatever text.
neutral = b"\1" + bytes(31)
info = seq(integer(0), NAME, seq(seq(bytes.fromhex("06032b6570")), tlv(3, b"\0" + neutral)), tlv(0xa0, b""))
put("weak-ed25519-neutral.der", seq(info, seq(bytes.fromhex("06032b6570")), tlv(3, b"\0" + neutral + bytes(32))))
put("kind-compressed.der", request(seq(seq(OID_EC, OID_P256), tlv(3, b"\0\2" + bytes(31) + b"\1"))))
put("kind-rsa-padded.der", request(seq(seq(OID_RSA, tlv(5, b"")), tlv(3, b"\0" + seq(tlv(2, b"\0\0" + (p * q).to_bytes(256, "big")), integer(65537))))))
put("small-rsa1024.pem", signed(rsa(1024), "/CN=www.example.org")[0])
put("small-rsa2047.der", request(rsa_spki(prime(1023) * next_prime((1 << 1023) + secrets.randbits(1000)))))
put("large-rsa8200.der", request(rsa_spki(secrets.randbits(8200) | 1 << 8199 | 1)))
put("exponent-3.der", request(rsa_spki(p * q, 3)))
put("exponent-even.der", request(rsa_spki(p * q, 65538)))
put("exponent-huge.der", request(rsa_spki(p * q, 1 << 256 | 1)))
put("weak-even.der", request(rsa_spki(secrets.randbits(2048) & ~1 | 1 << 2047)))
put("weak-factor-751.der", request(rsa_spki(751 * next_prime((1 << 2047) // 740))))
put("weak-size-2052.der", request(rsa_spki(prime(1026) * prime(1026))))
put("weak-close-primes.der", request(rsa_spki(p * next_prime(p + (1 << 508)))))
put("weak-square.der", request(rsa_spki(p * p)))
put("roca-2048.der", request(rsa_spki(roca_prime(1024) * roca_prime(1024))))
put("known.pem", signed(ec, "/CN=www.example.org")[0])
put("long.txt", b"A" * 65537)
spki = openssl("pkey", "-pubin", "-outform", "DER", stdin=openssl("req", "-pubkey", "-noout", stdin=open("known.pem", "rb").read()))
os.makedirs("weak", exist_ok=True)
import hashlib
put("weak/list", "\n".join(sorted([hashlib.sha256(spki).hexdigest()] + [secrets.token_hex(32) for _ in range(200)])) + "\n")
