# What a schema cannot promise. It is said, so that nobody reads silence as compliance (DEF-73).
package strata

import rego.v1

# There is something to speak of.
is_kept(table) if {
	years_kept[table]
	input.after.tables[table]
}

has_records if {
	some table, _ in years_kept
	is_kept(table)
}

open_end(table) := "the database enforces neither that no application deletes them earlier nor that they are deleted later" if {
	not input.after.tables[table].append_only
} else := "the database does not enforce that they are deleted later"

findings contains found if {
	some [table, said] in declared
	said > 0
	is_kept(table)
	found := finding(
		"ec.retention_not_enforced", "note", table,
		sprintf("Strata refuses migrations that delete rows of `%s`, which are declared to be kept for %d years; %s, and nothing says when the years begin", [
			table, said, open_end(table),
		]),
		"write down who deletes what when, and let no account of an application delete these rows",
	)
}

findings contains found if {
	has_records
	found := finding(
		"ec.encryption_not_enforced", "note", input.tenant.slug,
		"whether files of the database, its backups and the object store are encrypted cannot be told from a schema",
		"show the settings of the server and of its disks",
	)
}

findings contains found if {
	has_records
	found := finding(
		"ec.row_security_not_enforced", "note", input.tenant.slug,
		"who may read which row is decided by the application: not every database has a security of rows, so Strata makes none",
		"show the roles of the application and the accounts of the database",
	)
}

findings contains found if {
	input.after.tables.audit_trails.append_only
	found := finding(
		"ec.audit_not_enforced", "note", "audit_trails",
		"the database refuses to change or delete rows of the audit trail, but who administers the database can lift that; and that everything is written into it is up to the application",
		"keep the administrator's account apart from those of applications, and export the trail regularly",
	)
}

findings contains found if {
	some place in formed_at
	found := finding(
		"ec.fiscal_year_not_enforced", "note", concat(".", place[1]),
		"the database checks length and range of a fiscal year; it does not check that the second year follows the first, nor on which Gregorian days a year of Bikram Sambat begins and ends",
		"compare the fiscal years with the published calendar when they are entered",
	)
}
