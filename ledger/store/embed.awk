# Named SQL statements become an enum and a table of strings: a statement
# starts at "-- name: <identifier>" and ends at the next one.
function flush() {
    if (name == "") return
    names[++n] = name; texts[n] = text; text = ""
}
/^-- name: / { flush(); name = $3; next }
name != "" && !/^[ \t]*(--|$)/ {
    gsub(/\\/, "\\\\"); gsub(/"/, "\\\"")
    text = text "\n        \"" $0 "\\n\""
}
END {
    flush()
    print "/* Generated from ledger/store/sql by embed.awk; do not edit. */"
    print "enum umi_sql_id {\n    UMI_SQL_NONE,"
    for (i = 1; i <= n; i++) print "    UMI_SQL_" toupper(names[i]) ","
    print "    UMI_SQL_COUNT\n};\n"
    print "#ifdef UMI_SQL_TEXT"
    print "static const char *const umi_sql_text[UMI_SQL_COUNT] = {"
    for (i = 1; i <= n; i++)
        print "    [UMI_SQL_" toupper(names[i]) "] =" texts[i] ","
    print "};\n#endif"
}
