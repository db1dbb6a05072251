package module

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// convertTo converts a value to a variable's type. A type of "any" keeps the value's own.
func convertTo(value cty.Value, typ cty.Type) (cty.Value, error) {
	if typ == cty.DynamicPseudoType {
		return value, nil
	}
	return convert.Convert(uniform(value, typ), typ)
}

// uniform makes a list of a long tuple whose elements are all of the one primitive type that the elements of the wanted type are. It is what the conversion makes of it, too, but that compares the
// type of each element with that of each other one.
func uniform(value cty.Value, typ cty.Type) cty.Value {
	if !typ.IsListType() && !typ.IsSetType() || !typ.ElementType().IsPrimitiveType() || !value.Type().IsTupleType() || value.IsMarked() || !value.IsKnown() || value.IsNull() {
		return value
	}
	types := value.Type().TupleElementTypes()
	if len(types) < 2 {
		return value
	}
	for _, t := range types {
		if t != typ.ElementType() {
			return value
		}
	}
	return cty.ListVal(value.AsValueSlice())
}
