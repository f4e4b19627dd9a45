package draft

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// pyTry runs what a try has, and returns which group of exceptions, counted from 1, it ended with.
func pyTry(body func(), caught ...string) (which int) {
	defer func() {
		failed := recover()
		if failed == nil {
			return
		}
		names := pyExceptions(failed)
		for at, group := range caught {
			count := 0
			for _, name := range names {
				if group == "Exception" || slices.Contains(strings.Fields(group), name) {
					count++
				}
			}
			if count > 0 && count == len(names) {
				which = at + 1
				return
			} else if count > 0 {
				break // it may be another one
			}
		}
		panic(failed)
	}()
	body()
	return 0
}

// pyExceptions is the names of Python's exceptions that a panic stands for; what is not translated has none.
func pyExceptions(failed any) []string {
	text := fmt.Sprint(failed)
	switch {
	case strings.Contains(text, "index out of range"):
		return []string{"IndexError"}
	case strings.Contains(text, "nil pointer dereference"):
		return []string{"TypeError", "AttributeError"}
	case strings.Contains(text, "integer divide by zero"):
		return []string{"ZeroDivisionError"}
	}
	if _, ok := failed.(string); !ok {
		return nil
	}
	names := strings.Split(strings.SplitN(text, ":", 2)[0], " or ")
	for _, name := range names {
		if name == "" || !unicode.IsUpper(rune(name[0])) || strings.ContainsAny(name, " ,") {
			return nil
		}
	}
	return names
}
