package kernel

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// historyBytes bounds the code that is kept for history_request.
const historyBytes = 8 << 20

// patternBytes bounds a pattern: the time of a search is proportional to the
// product of its length and the history's, and regexp panics on large ones.
const patternBytes = 1 << 10

// history is the code of this session, the newest last.
type history struct {
	mu      sync.Mutex
	entries []entry
	bytes   int
}

type entry struct {
	count int
	code  string
}

func (h *history) add(count int, code string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.entries = append(h.entries, entry{count, code})
	h.bytes += len(code) + 32
	for h.bytes > historyBytes && len(h.entries) > 1 {
		h.bytes -= len(h.entries[0].code) + 32
		h.entries = h.entries[1:]
	}
}

type historyContent struct {
	Output  bool   `json:"output"`
	Access  string `json:"hist_access_type"`
	Session int    `json:"session"`
	Start   int    `json:"start"`
	Stop    *int   `json:"stop"`
	N       *int   `json:"n"`
	Pattern string `json:"pattern"`
	Unique  bool   `json:"unique"`
}

// reply answers a history_request. The session number is always 0, the
// current one.
func (h *history) reply(content json.RawMessage) Reply {
	var c historyContent
	if err := json.Unmarshal(content, &c); err != nil {
		return Reply{Content: failure("ValueError", "history_request: "+err.Error())}
	}
	if len(c.Pattern) > patternBytes {
		return Reply{Content: failure("ValueError", fmt.Sprintf("history_request: a pattern of %d bytes, limit is %d", len(c.Pattern), patternBytes))}
	}
	rows := [][]any{}
	for _, e := range h.find(c) {
		if c.Output {
			rows = append(rows, []any{0, e.count, []any{e.code, nil}})
		} else {
			rows = append(rows, []any{0, e.count, e.code})
		}
	}
	return Reply{Content: map[string]any{"status": "ok", "history": rows}}
}

func (h *history) find(c historyContent) []entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	var found []entry
	seen := map[string]bool{}
	pattern := glob(c.Pattern)
	for i := len(h.entries) - 1; i >= 0; i-- { // newest first, so that n keeps the newest
		e := h.entries[i]
		if !c.matches(e, pattern) || c.Unique && seen[e.code] {
			continue
		}
		if c.Access != "range" && c.N != nil && len(found) >= *c.N {
			break
		}
		seen[e.code] = true
		found = append(found, e)
	}
	slices.Reverse(found)
	return found
}

func (c historyContent) matches(e entry, pattern *regexp.Regexp) bool {
	switch c.Access {
	case "range":
		return c.Session == 0 && e.count >= c.Start && (c.Stop == nil || e.count < *c.Stop)
	case "search":
		return pattern.MatchString(e.code)
	default:
		return true
	}
}

// glob returns the expression for a pattern of * and ? over the whole text.
func glob(pattern string) *regexp.Regexp {
	wild := strings.NewReplacer(`\*`, ".*", `\?`, ".")
	return regexp.MustCompile("(?s)^" + wild.Replace(regexp.QuoteMeta(pattern)) + "$")
}
