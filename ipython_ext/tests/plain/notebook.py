import marimo

app = marimo.App()


@app.cell
def _():
    import goscore

    grow = goscore.load("growth.go").Grow
    return (grow,)


@app.cell
def _(grow):
    print(grow([3.0, -1.0, 4.0]))
    return


if __name__ == "__main__":
    app.run()
