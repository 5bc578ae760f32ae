# Files of rules/data become a table of names and texts, so that the program
# carries its data and needs no folder beside it.
FNR == 1 {
    if (n) print "    ;"
    name = FILENAME; sub(/^.*rules\/data\//, "", name)
    names[++n] = name
    print "static const char text_" n "[] ="
}
{ gsub(/\\/, "\\\\"); gsub(/"/, "\\\""); print "    \"" $0 "\\n\"" }
BEGIN {
    print "/* Generated from rules/data by embed.awk; do not edit. */"
    print "#pragma GCC diagnostic ignored \"-Woverlength-strings\""
    print "#include \"rules/set/data.h\"\n"
}
END {
    if (n) print "    ;"
    print "\nconst umi_data_file umi__data_files[] = {"
    for (i = 1; i <= n; i++)
        print "    {\"" names[i] "\", text_" i ", sizeof text_" i " - 1},"
    print "    {0, 0, 0},\n};"
}
