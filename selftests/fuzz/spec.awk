# SPDX-License-Identifier: GPL-2.0
#
# The netlink family's description as tables in C.
#
#	awk -f spec.awk uapi/ctbc.yaml >spec_table.c
#
# It reads the part of YAML in which that file is written: the depth of a line says
# what it belongs to.  "make style" compares the file with linux/ctbc.h, so what
# stands in the tables is the interface.  What cannot be read is an error, or the
# fuzzer would leave it out unseen.

function value(line) { sub(/^[^:]*: */, "", line); return line }
function bad(why) {
	printf "%s:%d: %s: %s\n", FILENAME, FNR, why, $0 >"/dev/stderr"
	failed = 1
	exit 1
}
# The names in "[ a, b ]".
function names(line) { gsub(/[][,]/, " ", line); return line }

/^ *#/ || /^---$/ || /^ *$/ { next }
{ match($0, /^ */); depth = RLENGTH; key = $1 }
depth == 0 { section = key; next }

section == "definitions:" && depth == 4 && key == "name:" { def = value($0); next }
section == "definitions:" && depth == 8 && key == "value:" {
	if (value($0) + 0 > 63) bad("too large for a mask")
	values[def] = values[def] " | 1ULL << " value($0)
	next
}

section == "attribute-sets:" && depth == 4 && key == "name:" {
	set = value($0)
	set_nr[set] = nr_sets++
	next
}
section == "attribute-sets:" && depth == 8 && key == "name:" {
	attr = nr_attrs++
	attr_set[attr] = set
	attr_name[attr] = value($0)
	next
}
section == "attribute-sets:" && depth == 8 && key == "type:" {
	if (value($0) !~ /^(pad|u32|s32|u64|string|nest)$/) bad("unknown type")
	attr_type[attr] = toupper(value($0))
	next
}
section == "attribute-sets:" && depth == 8 && key == "value:" {
	if (value($0) + 0 > 63) bad("too large for a mask")
	attr_value[attr] = value($0)
	number[set, attr_name[attr]] = value($0)
	next
}
section == "attribute-sets:" && depth == 8 && key == "enum:" { attr_enum[attr] = value($0); next }
section == "attribute-sets:" && depth == 8 && key == "nested-attributes:" {
	attr_nest[attr] = value($0)
	next
}
section == "attribute-sets:" && depth == 10 && key == "min:" { attr_min[attr] = value($0); next }
section == "attribute-sets:" && depth == 10 && key == "max:" { attr_max[attr] = value($0); next }

section == "operations:" && depth == 6 && key == "name:" {
	op = nr_ops++
	op_name[op] = value($0)
	way = ""
	next
}
section == "operations:" && depth == 6 && key == "value:" { op_value[op] = value($0); next }
section == "operations:" && depth == 6 && key == "attribute-set:" { op_set[op] = value($0); next }
section == "operations:" && depth == 6 && key == "flags:" {
	op_admin[op] = $0 ~ /[ [,]admin-perm[], ]/
	next
}
section == "operations:" && depth == 6 && key ~ /^(do|dump|event):$/ {
	way = key
	sub(/:/, "", way)
	op_ways[op] = op_ways[op] " | SPEC_" toupper(way)
	next
}
section == "operations:" && depth == 8 && way == "event" && key == "attributes:" {
	lists[op, "reply"] = lists[op, "reply"] names(value($0))
	next
}
section == "operations:" && depth == 8 && key ~ /^(request|reply):$/ {
	side = key
	sub(/:/, "", side)
	# A reply that is said to be another one's is the same operation's.
	next
}
section == "operations:" && depth == 10 && key == "attributes:" {
	lists[op, side] = lists[op, side] names(value($0))
	next
}

function mask(op, side,    n, i, list, out) {
	out = "0"
	n = split(lists[op, side], list, " ")
	for (i = 1; i <= n; i++) {
		if (!((op_set[op], list[i]) in number)) bad("no attribute " list[i])
		out = out " | 1ULL << " number[op_set[op], list[i]]
	}
	return out
}

END {
	if (failed) exit 1
	if (!nr_sets || !nr_attrs || !nr_ops) bad("nothing in it")
	print "// SPDX-License-Identifier: GPL-2.0"
	print "/* Made by spec.awk. */"
	print "#include \"spec.h\"\n"
	print "const struct spec_attr spec_attrs[] = {"
	for (i = 0; i < nr_attrs; i++) {
		printf "\t{ .set = %d, .name = \"%s\", .type = SPEC_%s, .value = %d,\n",
			set_nr[attr_set[i]], attr_name[i], attr_type[i], attr_value[i]
		printf "\t  .ranged = %d, .min = %sULL, .max = %sULL,\n", i in attr_max,
			(i in attr_min) ? attr_min[i] : 0, (i in attr_max) ? attr_max[i] : 0
		printf "\t  .allowed = 0%s, .nest = %d },\n",
			(i in attr_enum) ? values[attr_enum[i]] : "",
			(i in attr_nest) ? set_nr[attr_nest[i]] : -1
	}
	print "};\n\nconst struct spec_op spec_ops[] = {"
	for (i = 0; i < nr_ops; i++) {
		printf "\t{ .name = \"%s\", .value = %d, .set = %d, .admin = %d,\n",
			op_name[i], op_value[i], set_nr[op_set[i]], op_admin[i]
		printf "\t  .ways = 0%s,\n\t  .request = %s,\n\t  .reply = %s },\n",
			op_ways[i], mask(i, "request"), mask(i, "reply")
	}
	printf "};\n\nconst unsigned int spec_nr_attrs = %d;\n", nr_attrs
	printf "const unsigned int spec_nr_ops = %d;\n", nr_ops
}
