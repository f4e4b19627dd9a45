"""The worker's table of built-in functions, and what Python writes of them by hand."""

import inspect

import pytest

import goscore
from goscore._builtin.call import called
from goscore._call.signature import CallOptions, options
from goscore._worker import current

VALUES = {"float64": "float", "int": "int", "string": "str"}


def table():
    """Return what the worker says of the functions that Python has."""
    worker = current.worker()
    worker.channel()
    return {info.name: info for info in worker.about["builtins"] if info.name}


def test_names():
    """Python has the functions of the table, and `validate`, which is made of its rules."""
    listed = [one["name"] for one in goscore.functions() if one["kind"] == "built in"]
    assert {f"goscore.{name}" for name in [*table(), "validate"]} == set(listed)
    assert {*table(), "validate"} <= set(goscore.__all__)


def test_signatures():
    """Parameters come in the table's order and are annotated as it says; options stand behind them."""
    for name, info in table().items():
        found = inspect.signature(getattr(goscore, name)).parameters
        parameters = [parameter.name for parameter in info.params]
        assert [*parameters, *options(info)] == [
            *filter(parameters.__contains__, found),
            *(one for one in found if one not in parameters),
        ], name
        for parameter in info.params:
            single = parameter.shape == "value" and parameter.name != "text"
            wanted = VALUES[parameter.go] if single else "Any"
            assert wanted in found[parameter.name].annotation.split(" | "), name
        for option in options(info):
            assert found[option].kind is inspect.Parameter.KEYWORD_ONLY
            assert found[option].default == getattr(CallOptions(), option)


def test_options_of_validate():
    """`validate` calls several functions, and hands on the options that all of them have."""
    found = inspect.signature(goscore.validate).parameters
    shared = set.intersection(*(set(options(info)) for info in table().values()))
    assert [*found] == ["df", "rules", *(one for one in ("timeout", "threads") if one in shared)]


def test_docstrings():
    """A docstring tells of every parameter and option, and of what comes back."""
    for name in table():
        function = getattr(goscore, name)
        text = inspect.getdoc(function)
        told = text.partition("Parameters\n")[2].partition("Returns\n")[0]
        for parameter in inspect.signature(function).parameters:
            assert any(
                parameter in line.partition(" : ")[0].split(", ")
                for line in told.splitlines()
                if not line.startswith(" ")
            ), f"{name}: {parameter}"
        assert "\nReturns\n" in text and "\nRaises\n" in text


def test_too_few_arguments():
    """A call that does not give what the table lists fails before anything is sent."""
    with pytest.raises(goscore.ArgumentTypeError, match="missing 1 required argument: 'alpha'"):
        called("ewma", [1.0])
