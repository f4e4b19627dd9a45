package kernel

import (
	"context"
	"encoding/json"
	"io"
	"maps"
)

// Request is a message from a frontend. Everything in it was signed, except
// Buffers.
type Request struct {
	Type    string // msg_type, such as "execute_request"
	ID      string // msg_id
	Session string
	Client  string // hex of the routing identity, the same for all requests of one client
	Count   int    // execution_count, for execute_request

	Content, Metadata json.RawMessage // JSON objects
	Buffers           [][]byte

	// Ask asks the frontend's user for a line, of an execute_request that
	// allows it; else it is nil. io.EOF is the end of the input.
	Ask func(context.Context) (string, error)
}

// Reply is the answer to a Request. Content is encoded as a JSON object; nil
// is an empty one. A status that is missing is "ok".
type Reply struct {
	Content  any
	Metadata map[string]any
	Buffers  [][]byte
}

// addMetadata adds a field of the kernel's own to the metadata.
func (r *Reply) addMetadata(name string, value any) {
	all := map[string]any{name: value}
	maps.Copy(all, r.Metadata)
	r.Metadata = all
}

// Info is the content of kernel_info_reply. Extra is merged into it.
type Info struct {
	Implementation, ImplementationVersion, Banner string
	Language                                      LanguageInfo
	Extra                                         map[string]any
}

// LanguageInfo is language_info of kernel_info_reply.
type LanguageInfo struct {
	Name              string `json:"name"`
	Version           string `json:"version"`
	MIMEType          string `json:"mimetype"`
	FileExtension     string `json:"file_extension"`
	PygmentsLexer     string `json:"pygments_lexer,omitempty"`
	CodeMirrorMode    any    `json:"codemirror_mode,omitempty"`
	NBConvertExporter string `json:"nbconvert_exporter,omitempty"`
}

// Interpreter executes cells. Its methods are called from several goroutines.
type Interpreter interface {
	Info() Info
	// Execute answers an execute_request. The reply's content is the
	// standard one; the kernel adds execution_count and, on success, empty
	// payload and user_expressions. An error is also for Output.Error.
	Execute(ctx context.Context, req *Request, out Output) Reply
}

// Answerer is an Interpreter that answers other request types too, such as
// complete_request or types of its own. Without ok the kernel answers.
type Answerer interface {
	Answer(ctx context.Context, req *Request, out Output) (reply Reply, ok bool)
}

// Options of Serve.
type Options struct {
	Concurrent bool      // requests of different clients run at once, those of one client in order
	Limits     Limits    // on what peers may send
	Log        io.Writer // for refused messages and the reasons; may be nil
	AnyUser    bool      // accept unix peers that belong to other users
}
