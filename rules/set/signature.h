/* SPDX-License-Identifier: MIT */
#ifndef UMI_RULES_SET_SIGNATURE_H
#define UMI_RULES_SET_SIGNATURE_H

/**
 * @file
 * Signed rule sets: who answers for the rules signs what names them, the
 * SHA-256 of their canonical form, so that layout and comments may change and
 * nothing else.  Keys and signatures are files of one line:
 *
 *     umi-secret-key HEX          umi-public-key HEX
 *     umi-signature HEX-OF-PUBLIC-KEY HEX
 *
 * @source docs/eligibility.md, "Signed"
 */
#include "engine/base/sign.h"
#include "rules/set/ruleset.h"

void umi_secret_key_write(umi_buf *b, const umi_secret_key *key);
void umi_public_key_write(umi_buf *b, const umi_public_key *key);

/**
 * Read the text of a key file.
 * @retval UMI_EINVAL it is none
 */
UMI_MUST_CHECK umi_status umi_secret_key_read(umi_secret_key *out,
                                              umi_text text,
                                              umi_error *err);
UMI_MUST_CHECK umi_status umi_public_key_read(umi_public_key *out,
                                              umi_text text,
                                              umi_error *err);

/** The signature of @p rs, as the text of its file. */
void umi_ruleset_sign(umi_buf *b,
                      const umi_ruleset *rs,
                      const umi_secret_key *key);

/**
 * Whether @p signature, the text of its file, is one of @p key over @p rs.
 * @retval UMI_EDENIED it is not (code SIGNATURE): it is no signature, one of
 *                     another key, or one of other rules
 */
UMI_MUST_CHECK umi_status umi_ruleset_verify(const umi_ruleset *rs,
                                             const umi_public_key *key,
                                             umi_text signature,
                                             umi_error *err);

#endif
