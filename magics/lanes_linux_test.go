package magics

import (
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"os"
	"testing"

	"golang.org/x/sys/unix"

	"goscore/magics/protocol"
)

// laneOf calls Score once, on two numbers, and gives the lane that comes of it.
func laneOf(t *testing.T) (w *Worker, lane *os.File) {
	t.Helper()
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { unix.Close(pair[0]); unix.Close(pair[1]) })
	if w, err = NewWorker(Options{Lanes: pair[1]}); err != nil {
		t.Fatal(err)
	}
	offset, err := w.own.Alloc(16)
	if err != nil {
		t.Fatal(err)
	}
	metadata, err := json.Marshal(map[string]any{"goscore": map[string]any{
		"inputs":  []any{map[string]any{"name": "v", "kind": "column", "array": map[string]any{"type": "g", "length": 2, "buffers": []any{nil, []int64{2, offset, 16}}}}},
		"call":    map[string]any{"function": "Score", "builtin": true, "arguments": []string{"v"}},
		"options": map[string]any{"lend": true},
	}})
	if err != nil {
		t.Fatal(err)
	}
	reply := w.Execute(t.Context(), protocol.Request{Client: "a", Content: json.RawMessage(`{"code": ""}`), Metadata: metadata}, silent{})
	if id := reply.Metadata["goscore"].(*protocol.ReplyMetadata).Lane; id != 1 {
		t.Fatal(reply.Content, id)
	}
	number, rights := make([]byte, 8), make([]byte, unix.CmsgSpace(4))
	_, n, _, _, err := unix.Recvmsg(pair[0], number, rights, 0)
	if err != nil || number[0] != 1 {
		t.Fatal(number, err)
	}
	messages, err := unix.ParseSocketControlMessage(rights[:n])
	if err != nil {
		t.Fatal(err)
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil {
		t.Fatal(err)
	}
	lane = os.NewFile(uintptr(fds[0]), "lane")
	t.Cleanup(func() { lane.Close() })
	return w, lane
}

// laneCall is a call on rows of float64, which says that there are so many.
func laneCall(rows int64, values ...float64) (b []byte) {
	for _, n := range []int64{64 + 8*int64(len(values)), 5, 0, rows, 0, 2, -1, 8 * int64(len(values))} {
		b = binary.LittleEndian.AppendUint64(b, uint64(n))
	}
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// TestLane answers calls of a built-in function on their lane.
func TestLane(t *testing.T) {
	w, lane := laneOf(t)
	for _, v := range []float64{4, 9} {
		if _, err := lane.Write(laneCall(1, v)); err != nil {
			t.Fatal(err)
		}
		head := make([]byte, 32)
		if _, err := io.ReadFull(lane, head); err != nil {
			t.Fatal(err)
		}
		described, data := binary.LittleEndian.Uint64(head), binary.LittleEndian.Uint64(head[8:])
		body := make([]byte, described+data)
		if _, err := io.ReadFull(lane, body); err != nil || body[0] != 'V' || data != 64 || head[24] != 0 {
			t.Fatal(head, body, err)
		}
		if got := math.Float64frombits(binary.LittleEndian.Uint64(body[described:])); got != v*math.Sqrt(v) {
			t.Errorf("Score of %v is %v", v, got)
		}
	}
	lane.Close()
	w.lanes.mu.Lock()
	l := w.lanes.live[1]
	w.lanes.mu.Unlock()
	if l != nil { // it has not seen that yet
		<-l.over
	}
	if len(w.lanes.live) != 0 {
		t.Error("a lane that Python has closed lives on")
	}
}

// TestFalseCalls ends a lane that anything else comes on.
func TestFalseCalls(t *testing.T) {
	short := laneCall(1, 4)
	for name, call := range map[string][]byte{
		"rows without bytes": laneCall(2, 4),
		"negative rows":      laneCall(-1, 4),
		"no arrays":          binary.LittleEndian.AppendUint64(make([]byte, 0, 24), 24),
		"a length of 0":      make([]byte, 24),
		"a cut call":         short[:len(short)-1],
		"too many numbers":   append(binary.LittleEndian.AppendUint64(append([]byte(nil), short[:8]...), 1<<60), short[16:]...),
	} {
		_, lane := laneOf(t)
		if len(call) < 24 {
			call = append(call, make([]byte, 24-len(call))...)
		}
		if _, err := lane.Write(call); err != nil {
			t.Fatal(name, err)
		}
		unix.Shutdown(int(lane.Fd()), unix.SHUT_WR)
		reply, err := io.ReadAll(lane)
		if err != nil || len(reply) != 0 && (len(reply) != 32 || reply[24] != 5) {
			t.Errorf("%s: %v %v", name, reply, err)
		}
	}
}
