package constraint

import (
	"fmt"
	"regexp"
	"unicode/utf8"
)

const (
	passwordPolicyPage   = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html"
	accountAliasPage     = "https://docs.aws.amazon.com/IAM/latest/UserGuide/console-account-alias.html"
	alternateContactPage = "https://docs.aws.amazon.com/accounts/latest/reference/API_AlternateContact.html"
	publicAccessPage     = "https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html"
)

// accountRules are about what an account has once.
func accountRules() []Rule {
	passwords, alias, contact := []string{"aws_iam_account_password_policy"}, []string{"aws_iam_account_alias"}, []string{"aws_account_alternate_contact"}
	rules := []Rule{
		numberRule("account-password-length", "Invalid minimum password length", "minimum_password_length", "characters", 6, 128),
		numberRule("account-password-reuse", "Invalid password reuse prevention", "password_reuse_prevention", "former passwords", 1, 24),
		numberRule("account-password-age", "Invalid maximum password age", "max_password_age", "days", 1, 1095),
		{
			ID: "account-alias-digits", Summary: "Account alias like an account id", Source: accountAliasPage, Types: alias,
			each: func(r view, report report) {
				name := r.attr("account_alias")
				if s, ok := name.str(); ok && twelveDigits.MatchString(s) {
					report(name, fmt.Sprintf("the alias %q would be taken for an account id", s), "Write another alias, with a letter in it")
				}
			},
		},
		onlyOne("account-password-policy-once", "Two password policies", passwordPolicyPage, "password policy", passwords),
		onlyOne("account-alias-once", "Two account aliases", accountAliasPage, "alias", alias),
		onlyOne("account-public-access-block-once", "Two public access blocks", publicAccessPage, "public access block", []string{"aws_s3_account_public_access_block"}),
		{
			ID: "account-contact-once", Summary: "Two alternate contacts of one type", Source: alternateContactPage, Types: contact,
			all: func(rs []view, report report) {
				key := func(r view) string {
					if of := r.attr("account_id"); of.set() {
						return "" // of another account than the provider's
					}
					return r.attr("alternate_contact_type").text()
				}
				repeated(rs, key, func(r, first view) {
					typ := r.attr("alternate_contact_type")
					report(typ, fmt.Sprintf("%s is the %s contact already", first.res.Address, typ.text()), "Write one of each type: the last one applied would overwrite the other")
				})
			},
		},
	}
	for _, limit := range []struct {
		attr string
		most int
	}{{"email_address", 254}, {"phone_number", 25}} {
		rules = append(rules, Rule{
			ID: "account-contact-" + map[string]string{"email_address": "email", "phone_number": "phone"}[limit.attr], Summary: "Alternate contact with too long a text",
			Source: alternateContactPage, Types: contact,
			each: func(r view, report report) {
				text := r.attr(limit.attr)
				if s, ok := text.str(); ok && utf8.RuneCountInString(s) > limit.most {
					report(text, fmt.Sprintf("%s has %d characters", limit.attr, utf8.RuneCountInString(s)), fmt.Sprintf("Write at most %d", limit.most))
				}
			},
		})
	}
	return rules
}

// numberRule is about a number of the password policy.
func numberRule(id, summary, attr, unit string, least, most int64) Rule {
	return Rule{
		ID: id, Summary: summary, Source: passwordPolicyPage, Types: []string{"aws_iam_account_password_policy"},
		each: func(r view, report report) {
			number := r.attr(attr)
			if n, ok := number.integer(); ok && (n < least || n > most) {
				report(number, fmt.Sprintf("the policy says %d %s", n, unit), fmt.Sprintf("Write %d to %d, or leave it out", least, most))
			}
		},
	}
}

// onlyOne is about resources of which an account has one.
func onlyOne(id, summary, source, what string, types []string) Rule {
	return Rule{
		ID: id, Summary: summary, Source: source, Types: types,
		all: func(rs []view, report report) {
			key := func(r view) string {
				if of := r.attr("account_id"); of.set() {
					return of.text()
				}
				return "this account"
			}
			repeated(rs, key, func(r, first view) {
				report(r.block(""), fmt.Sprintf("%s is the account's %s already", first.res.Address, what), "Write one: the last one applied would overwrite the other")
			})
		},
	}
}

var twelveDigits = regexp.MustCompile(`^[0-9]{12}$`)
