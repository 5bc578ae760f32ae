#!/bin/sh
# SPDX-License-Identifier: MIT
# `umi rules key | sign | verify` and `umi screen --require-signature`: only
# the rules that the key answers for decide.
umi=${BUILD:-build}/umi
. "$(dirname "$0")/../support/claim.sh"
exits() { # exits CODE COMMAND...: streams go to $tmp/out and $tmp/err
    want=$1
    shift
    "$@" >"$tmp/out" 2>"$tmp/err"
    got=$?
    [ $got -eq "$want" ] || { echo "exit $got"; head -n 3 "$tmp/err"; false; }
}
err() { grep -qxF -- "$1" "$tmp/err" || { cat "$tmp/err"; false; }; }
out() { grep -qxF -- "$1" "$tmp/out" || { cat "$tmp/out"; false; }; }
silent() { [ ! -s "$tmp/$1" ] || { head -n 3 "$tmp/$1"; false; }; }
en() { "$umi" --lang en "$@"; }
rules=$tmp/rules.yaml key=$tmp/key
cp tests/vectors/rules_bad/valid.yaml "$rules"
echo '{"id":"A","amount":"5000000"}' >"$tmp/apps"
verify() { en rules verify "$rules" --key "$key.pub"; }
screen() { en screen --rules "$rules" --require-signature "$key.pub" "$tmp/apps"; }

# keys
claim "a key" exits 0 en rules key "$key"
claim "is shown in public" cmp -s "$tmp/out" "$key.pub"
claim "has the form of one" grep -qxE 'umi-public-key [0-9a-f]{64}' "$key.pub"
claim "is kept secret" [ "$(stat -c %a "$key")" = 600 ]
claim "and is not the public one" sh -c "! grep -q '$(cut -d' ' -f2 "$key.pub")' '$key'"
cp "$key" "$tmp/kept"
claim "is not written over" exits 2 en rules key "$key"
claim "not at all" cmp -s "$key" "$tmp/kept"
claim "another one" exits 0 en rules key "$tmp/other"
claim "is another one" sh -c "! cmp -s '$key' '$tmp/other'"
# RFC 8032, 7.1, test 1
printf 'umi-secret-key 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60\n' >"$tmp/rfc"
claim "the key of RFC 8032" exits 0 en rules sign "$rules" --key "$tmp/rfc"
claim "has the public key that stands there" grep -q \
    '^umi-signature d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a [0-9a-f]\{128\}$' "$rules.sig"
rm "$rules.sig"

# unsigned
claim "rules without a signature" exits 3 verify
claim "are told" err "$rules.sig: SIGNATURE: there is no signature"
claim "and do not decide" exits 3 screen
claim "at all" silent out
claim "nor do the shipped ones" exits 3 sh -c "$umi screen --require-signature '$key.pub' '$tmp/apps'"
claim "nor anything from standard input" exits 3 sh -c \
    "$umi screen --rules - --require-signature '$key.pub' '$tmp/apps' <'$rules'"

# signed
claim "signed" exits 0 en rules sign "$rules" --key "$key"
claim "the signature is shown" cmp -s "$tmp/out" "$rules.sig"
cp "$rules.sig" "$tmp/sig"
claim "they are good" exits 0 verify
sha=$(en screen --rules "$rules" "$tmp/apps" | sed 's/.*"sha256":"\([0-9a-f]*\)".*/\1/')
claim "and named" out "$rules: signed: kecil 1, $sha"
claim "and decide" exits 0 screen
claim "as they do without" sh -c \
    "$umi screen --rules '$rules' '$tmp/apps' | cmp -s - '$tmp/out'"
claim "signed again it is the same" exits 0 en rules sign "$rules" --key "$key"
claim "to the byte" cmp -s "$rules.sig" "$tmp/sig"
sed -i 's/^  L1: .*/  L1: {title: "An act"} # a comment/' "$rules"
claim "layout and comments are not signed" exits 0 verify
sed 's/An act/Another act/' "$rules" >"$tmp/edited" && mv "$tmp/edited" "$rules"
claim "a word is" exits 3 verify
claim "and told" err "$rules.sig: SIGNATURE: is the signature of other rules"
claim "and nothing decides" exits 3 screen
claim "nothing at all" silent out
sed -i 's/Another act/An act/' "$rules"
claim "back again" exits 0 verify
claim "by another key" exits 3 en rules verify "$rules" --key "$tmp/other.pub"
claim "it is not signed" err "$rules.sig: SIGNATURE: is the signature of another key"
# the other key's name over this key's signature
awk -v k="$(cut -d' ' -f2 "$tmp/other.pub")" '{ print $1, k, $3 }' "$tmp/sig" >"$rules.sig"
claim "nor by a name alone" exits 3 en rules verify "$rules" --key "$tmp/other.pub"

cp "$tmp/sig" "$rules.sig"

# the book
book() { UMI_USER=ani en --book "$tmp/book.db" "$@"; }
claim "a book" exits 0 book init --institution Koperasi
claim "nothing waits" exits 0 book decide --all --rules "$rules" --require-signature "$key.pub"
before=$(sha256sum <"$tmp/book.db")
claim "rules of another key" exits 3 book decide --all --rules "$rules" --require-signature "$tmp/other.pub"
claim "are told" err "$rules.sig: SIGNATURE: is the signature of another key"
claim "nor is anything booked" exits 3 book book U1 --require-signature "$key.pub"
claim "the book is as it was" [ "$before" = "$(sha256sum <"$tmp/book.db")" ]

# broken files
for edit in 's/umi-sig/umi-six/' 's/ [0-9a-f]/ /' 's/.$//' 's/$/0/' 's/$/ x/' 's/[0-9a-f]$/g/' 'y/abcdef/ABCDEF/'; do
    sed "$edit" "$tmp/sig" >"$rules.sig"
    claim "a signature after $edit" exits 3 verify
    claim "is none" err "$rules.sig: SIGNATURE: is not a signature"
done
for i in 20 60 90 150 200; do # one hex digit another
    awk -v i=$i '{ c = substr($0, i, 1); print substr($0, 1, i - 1) (c == "0" ? "1" : "0") substr($0, i + 1) }' "$tmp/sig" >"$rules.sig"
    claim "digit $i of it" exits 3 verify
done
: >"$rules.sig"
claim "an empty one" exits 3 verify
cp "$tmp/sig" "$rules.sig"
claim "a public key does not sign" exits 2 en rules sign "$rules" --key "$key.pub"
claim "and is told" err "$key.pub: INVALID: key: is not a secret key"
claim "a secret key does not verify" exits 2 en rules verify "$rules" --key "$key"
claim "a key that is not there" exits 2 en rules verify "$rules" --key "$tmp/none"
claim "no key" exits 2 en rules sign "$rules"
claim "wrong rules are not signed" exits 2 en rules sign tests/vectors/rules_bad/test_red.yaml --key "$key"
claim "and leave nothing" [ ! -e tests/vectors/rules_bad/test_red.yaml.sig ]

tally
