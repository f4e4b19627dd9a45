// Command generate writes compute's vector code for amd64. It is a module of
// its own, so that neither the worker nor programs depend on avo; go generate
// in compute runs it.
package main

import (
	"math"

	"github.com/mmcloughlin/avo/attr"
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const (
	rowBytes = 8
	lanes    = 4 // float64s in a vector
	vectors  = 2 // of sums: one alone would wait for its own last addition
	period   = lanes * vectors

	greater = 0x1e // VCMPPD's predicate that is false for NaN and raises nothing
)

func main() {
	scores()
	products("productsFloat64AVX2", "float64", floats)
	products("productsInt64AVX2", "int64", newInts)
	scoreSteps()
	cpuid()
	xgetbv()
	Generate()
}

// begin starts a leaf function that keeps none of its pointers.
func begin(name, signature string, doc ...string) {
	TEXT(name, attr.NOSPLIT, "func"+signature)
	Doc(doc...)
	Pragma("noescape")
}

// A source reads a vector of rows as float64.
type source func(from Mem) reg.VecVirtual

func floats() source {
	return func(from Mem) reg.VecVirtual {
		x := YMM()
		VMOVUPD(from, x)
		return x
	}
}

// newInts converts int64, which AVX2 cannot, by way of the bits of two float64:
// 2**52 plus the low half, and 2**84 + 2**63 plus the signed high half times
// 2**32. Taking 2**84 + 2**63 + 2**52 from the latter is exact, so that only
// the last addition rounds, as Go's conversion does.
func newInts() source {
	low := broadcast("low", 0x4330000000000000)
	high := broadcast("high", 0x4530000080000000)
	both := broadcast("both", 0x4530000080100000)
	return func(from Mem) reg.VecVirtual {
		x, lower := YMM(), YMM()
		VMOVDQU(from, x)
		VPBLENDD(Imm(0b01010101), x, low, lower)
		VPSRLQ(Imm(32), x, x)
		VPXOR(high, x, x)
		VSUBPD(both, x, x)
		VADDPD(lower, x, x)
		return x
	}
}

// broadcast returns a vector that holds the same bits in each lane.
func broadcast(name string, bits uint64) reg.VecVirtual {
	x := YMM()
	VBROADCASTSD(ConstData(name, U64(bits)), x)
	return x
}

// addRounds adds a term to each of the sums for as many whole periods of n rows
// as there are. It spoils n and moves the pointers past the rows it has read.
func addRounds(n reg.Register, pointers []reg.Register, term func(offset int) reg.VecVirtual) {
	sums := Mem{Base: Load(Param("sums"), GP64())}
	var s [vectors]reg.VecVirtual
	for k := range s {
		s[k] = YMM()
		VMOVUPD(sums.Offset(k*lanes*rowBytes), s[k])
	}
	SUBQ(Imm(period), n)
	JL(LabelRef("done"))
	Label("rounds")
	for k := range s {
		VADDPD(term(k*lanes*rowBytes), s[k], s[k])
	}
	for _, p := range pointers {
		ADDQ(Imm(period*rowBytes), p)
	}
	SUBQ(Imm(period), n)
	JGE(LabelRef("rounds"))
	Label("done")
	for k := range s {
		VMOVUPD(s[k], sums.Offset(k*lanes*rowBytes))
	}
	VZEROUPPER()
	RET()
}

func scores() {
	begin("scoresAVX2", "(sums *[8]float64, v []float64)",
		"scoresAVX2 adds v**1.5, or 0 where v is not positive, row i to sum i%8. It",
		"leaves out the last len(v)%8 rows.")
	v, n := Load(Param("v").Base(), GP64()), Load(Param("v").Len(), GP64())
	zero, load := YMM(), floats()
	VXORPD(zero, zero, zero)
	addRounds(n, []reg.Register{v}, func(offset int) reg.VecVirtual {
		x := load(Mem{Base: v, Disp: offset})
		positive := YMM()
		VCMPPD(Imm(greater), zero, x, positive)
		VANDPD(positive, x, x)
		root := YMM()
		VSQRTPD(x, root)
		VMULPD(root, x, x)
		return x
	})
}

func products(name, kind string, newSource func() source) {
	begin(name, "(sums *[8]float64, a []"+kind+", b []float64)",
		name+" adds a*b, row i to sum i%8. It leaves out the last len(a)%8",
		"rows.")
	a, b, n := Load(Param("a").Base(), GP64()), Load(Param("b").Base(), GP64()), Load(Param("a").Len(), GP64())
	load := newSource()
	addRounds(n, []reg.Register{a, b}, func(offset int) reg.VecVirtual {
		x := load(Mem{Base: a, Disp: offset})
		VMULPD(Mem{Base: b, Disp: offset}, x, x)
		return x
	})
}

// scoreSteps computes two rows of four stretches at a time: they are read with
// the stretches 0 and 2 in one vector and 1 and 3 in another, since that makes
// one shuffle for each row of all four.
func scoreSteps() {
	begin("scoreStepsAVX2", "(dst, v *[4][]float64, prev *[4]float64, n int)",
		"scoreStepsAVX2 runs the step of ScoreSeries over the first n rows, an even",
		"number, of four stretches. prev is the state before them and then after.")
	var d, v [lanes]Mem
	i := GP64()
	dst, src := Load(Param("dst"), GP64()), Load(Param("v"), GP64())
	for k := range lanes {
		d[k] = element(dst, k, i)
		v[k] = element(src, k, i)
	}
	n, state := Load(Param("n"), GP64()), Load(Param("prev"), GP64())
	prev := YMM()
	VMOVUPD(Mem{Base: state}, prev)
	fall := broadcast("fall", math.Float64bits(0.5))
	fade := broadcast("fade", math.Float64bits(0.9))
	XORQ(i, i)
	JMP(LabelRef("more"))

	Label("rows")
	even, odd := pair(v[0], v[2]), pair(v[1], v[3])
	first, second := YMM(), YMM()
	VUNPCKLPD(odd, even, first)
	VUNPCKHPD(odd, even, second)
	step(first, prev, fall, fade)
	step(second, first, fall, fade)
	VMOVAPD(second, prev)
	VUNPCKLPD(second, first, even)
	VUNPCKHPD(second, first, odd)
	unpair(even, d[0], d[2])
	unpair(odd, d[1], d[3])
	ADDQ(Imm(2), i)
	Label("more")
	CMPQ(i, n)
	JLT(LabelRef("rows"))

	VMOVUPD(prev, Mem{Base: state})
	VZEROUPPER()
	RET()
}

// element returns row i of slice k of those that lie at slices.
func element(slices reg.Register, k int, i reg.Register) Mem {
	const header = 24
	base := GP64()
	MOVQ(Mem{Base: slices, Disp: k * header}, base)
	return Mem{Base: base, Index: i, Scale: rowBytes}
}

func pair(low, high Mem) reg.VecVirtual {
	x := YMM()
	VMOVUPD(low, x.AsX())
	VINSERTF128(Imm(1), high, x, x)
	return x
}

func unpair(x reg.VecVirtual, low, high Mem) {
	VMOVUPD(x.AsX(), low)
	VEXTRACTF128(Imm(1), x, high)
}

// step replaces v by the state that follows prev.
func step(v, prev, fall, fade reg.VecVirtual) {
	climbs, fallen, climbed := YMM(), YMM(), YMM()
	VCMPPD(Imm(greater), prev, v, climbs)
	VMULPD(fade, prev, climbed)
	VMULPD(fall, prev, fallen)
	VADDPD(v, climbed, climbed)
	VBLENDVPD(climbs, climbed, fallen, v)
}

func cpuid() {
	TEXT("cpuid", attr.NOSPLIT, "func(leaf, part uint32) (eax, ebx, ecx, edx uint32)")
	Doc("cpuid asks the processor what it can do.")
	Load(Param("leaf"), reg.EAX)
	Load(Param("part"), reg.ECX)
	CPUID()
	Store(reg.EAX, Return("eax"))
	Store(reg.EBX, Return("ebx"))
	Store(reg.ECX, Return("ecx"))
	Store(reg.EDX, Return("edx"))
	RET()
}

func xgetbv() {
	TEXT("xgetbv", attr.NOSPLIT, "func() (eax, edx uint32)")
	Doc("xgetbv tells which registers the operating system keeps.")
	XORL(reg.ECX, reg.ECX)
	XGETBV()
	Store(reg.EAX, Return("eax"))
	Store(reg.EDX, Return("edx"))
	RET()
}
