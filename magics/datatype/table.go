package datatype

// Table has a row for every type that goscore knows, of those with one Go type
// first the one that results of it have.
var Table = []Type{
	{Format: "n", Layout: NoBuffers, Class: Null, Holds: "nothing but missing values",
		Advice: "null (the column has no value at all)"},

	number("c", 1, Integer, "int8", IntKey),
	number("s", 2, Integer, "int16", IntKey),
	number("i", 4, Integer, "int32", IntKey),
	number("l", 8, Integer, "int64", IntKey),
	number("C", 1, Integer, "uint8", IntKey),
	number("S", 2, Integer, "uint16", IntKey),
	number("I", 4, Integer, "uint32", IntKey),
	number("L", 8, Integer, "uint64", UintKey),
	number("f", 4, Float, "float32", FloatKey),
	number("g", 8, Float, "float64", FloatKey),
	{Format: "e", Layout: Fixed, Width: 2, Class: Float, Go: "float32", Reader: "Halves", Key: FloatKey, Holds: "float16"},

	{Format: "b", Layout: Bits, Class: Bool, Go: "bool", Reader: "Bools", Key: BoolKey, Holds: "booleans"},
	{Format: "b8", Layout: Fixed, Width: 1, Class: Bool, Go: "bool", Reader: "Bools", Raw: true, Key: BoolKey, Holds: "booleans"},

	text("u", Offsets, 4),
	text("U", Offsets, 8),
	text("vu", Views, viewWidth),
	bytes("z", Offsets, 4),
	bytes("Z", Offsets, 8),
	bytes("vz", Views, viewWidth),
	{Format: "w", Parameter: Size, Layout: Fixed, Class: Bytes, Holds: "byte strings",
		Advice: "fixed-size binary: convert the column to binary first"},

	timestamp("tsn", 1),
	timestamp("tsu", 1e3),
	timestamp("tsm", 1e6),
	timestamp("tss", 1e9),
	{Format: "tdD", Layout: Fixed, Width: 4, Class: Date, Unit: 86400e9, Go: "time.Time", Reader: "Times", Key: IntKey, Holds: "dates"},
	{Format: "tdm", Layout: Fixed, Width: 8, Class: Date, Unit: 1e6, Go: "time.Time", Reader: "Times", Key: IntKey, Holds: "dates"},
	duration("tDn", 1),
	duration("tDu", 1e3),
	duration("tDm", 1e6),
	duration("tDs", 1e9),
	timeOfDay("tts", 4),
	timeOfDay("ttm", 4),
	timeOfDay("ttu", 8),
	timeOfDay("ttn", 8),

	{Format: "d", Parameter: Digits, Layout: Fixed, Class: Decimal, Go: "goscore.Decimal", Reader: "Decimals", Holds: "decimals"},

	// What lists and structs are in Go, and who reads them, follows from their children.
	{Format: "+L", Layout: Lists, Width: 8, Class: List, Holds: "lists"},
	{Format: "+l", Layout: Lists, Width: 4, Class: List, Holds: "lists"},
	{Format: "+w", Parameter: Size, Layout: FixedLists, Class: List, Holds: "lists"},
	{Format: "+s", Layout: Fields, Class: Struct, Holds: "structs"},

	listView("+vl"),
	listView("+vL"),
	{Format: "+m", Holds: "lists", Advice: "map: make it a list of structs, or columns, first"},
	union("+ud"),
	union("+us"),
	{Format: Twice, Advice: "dictionary of a dictionary: decode the column first"},
}

// Twice stands for the values of a dictionary that has a dictionary itself.
const Twice = "dictionary"

// viewWidth is the size of a view: length, then the bytes or prefix, buffer and offset.
const viewWidth = 16

func number(format string, width int64, class Class, name string, key Key) Type {
	return Type{Format: format, Layout: Fixed, Width: width, Class: class,
		Go: name, Reader: "Numbers[" + name + "]", Raw: true, Key: key, Holds: name}
}

func text(format string, layout Layout, width int64) Type {
	return Type{Format: format, Layout: layout, Width: width, Class: Text,
		Go: "string", Reader: "Strings", Key: TextKey, Holds: "strings"}
}

func bytes(format string, layout Layout, width int64) Type {
	return Type{Format: format, Layout: layout, Width: width, Class: Bytes,
		Go: "[]byte", Reader: "Binaries", Holds: "byte strings"}
}

func timestamp(format string, unit int64) Type {
	return Type{Format: format, Parameter: Zone, Layout: Fixed, Width: 8, Class: Timestamp, Unit: unit,
		Go: "time.Time", Reader: "Times", Key: IntKey, Holds: "timestamps"}
}

func duration(format string, unit int64) Type {
	return Type{Format: format, Layout: Fixed, Width: 8, Class: Duration, Unit: unit,
		Go: "time.Duration", Reader: "Durations", Raw: unit == 1, Key: IntKey, Holds: "durations"}
}

func timeOfDay(format string, width int64) Type {
	return Type{Format: format, Layout: Fixed, Width: width,
		Advice: "time of day: convert the column to integers or strings first"}
}

func listView(format string) Type {
	return Type{Format: format, Holds: "lists", Advice: "list view: cast the column to a list first"}
}

func union(format string) Type {
	return Type{Format: format, Parameter: IDs, Holds: "lists", Advice: "union: take its parts as columns first"}
}
