using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.ML.SeqConv.Samples.Serving.Input;
using PuppeteerSharp;
using Xunit;

namespace Microsoft.ML.SeqConv.Samples.Serving.Tests;

/// <summary>What the page shows of a prediction.</summary>
/// <param name="Answer">The class, or the number.</param>
/// <param name="Values">By class, in full precision.</param>
/// <param name="Text">All of it.</param>
internal sealed record Shown(string Answer, Dictionary<string, float> Values, string Text);

/// <summary>
/// A server and its page in a browser. When it is closed, no script may have failed, no rule of the content security
/// policy may have been broken, and nothing may have been asked of another host.
/// </summary>
internal sealed class OpenPage : IAsyncDisposable
{
    private static readonly WaitForFunctionOptions Patience = new() { Timeout = 30_000 };

    private readonly IBrowser _browser;
    private readonly IPage _page;
    private readonly List<string> _errors = [];

    private OpenPage(ServingHost host, IBrowser browser, IPage page)
    {
        (Host, _browser, _page) = (host, browser, page);
        page.PageError += (_, error) => _errors.Add(error.Message);
        page.Console += (_, line) =>
        {
            // The refusals that tests provoke are logged by the browser, too.
            if (line.Message.Type is ConsoleType.Error or ConsoleType.Warning
                && !line.Message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _errors.Add(line.Message.Text);
        };
        page.Request += (_, asked) =>
        {
            if (!asked.Request.Url.StartsWith(host.Address.AbsoluteUri, StringComparison.Ordinal))
                _errors.Add($"asked for {asked.Request.Url}");
        };
    }

    public ServingHost Host { get; }

    /// <param name="model">The .onnx file.</param>
    /// <param name="examples">Series for the page.</param>
    /// <param name="withoutRuntime">Whether the server says that there is no ONNX Runtime for browsers.</param>
    public static async Task<OpenPage> AtAsync(
        string model, IReadOnlyList<SeriesFileRow>? examples = null, bool withoutRuntime = false)
    {
        IBrowser browser = await Chromium.StartAsync();
        ServingHost host = await ServingHost.StartAsync(model, examples);
        IPage page = await browser.NewPageAsync();
        var open = new OpenPage(host, browser, page);
        if (withoutRuntime)
            await page.EvaluateFunctionOnNewDocumentAsync("() => { const json = Response.prototype.json; "
                + "Response.prototype.json = async function () { return { ...await json.call(this), "
                + "browserRuntime: false }; }; }");
        await page.GoToAsync(host.Address.AbsoluteUri);
        await page.WaitForFunctionAsync("() => !document.querySelector('#model').textContent.startsWith('Asking') && "
            + "document.body.getAttribute('aria-busy') === 'false'", Patience);
        return open;
    }

    /// <summary>Drops a file on the field.</summary>
    public async Task DropAsync(string name, byte[] content)
    {
        await _page.EvaluateFunctionAsync(
            """
            (name, base64) => {
              document.querySelector('#prediction').replaceChildren();
              const transfer = new DataTransfer();
              transfer.items.add(new File([Uint8Array.from(atob(base64), letter => letter.charCodeAt(0))], name));
              document.querySelector('#drop').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }));
            }
            """, name, Convert.ToBase64String(content));
    }

    /// <summary>Pastes numbers and reads them.</summary>
    public async Task TypeAsync(string numbers)
    {
        await ClickAsync("#paste summary");
        await _page.EvaluateFunctionAsync(
            "numbers => { document.querySelector('#numbers').value = numbers; }", numbers);
        await ClickAsync("#paste-form button");
    }

    public Task ClickAsync(string selector) => _page.ClickAsync(selector);

    /// <summary>Waits for the prediction of a row.</summary>
    public async Task<Shown> WaitAsync(string where, string row)
    {
        await _page.WaitForFunctionAsync(
            "(where, row) => document.body.getAttribute('aria-busy') === 'false' && "
            + "document.querySelector('#row').value === row && (document.querySelector(`[data-where=${where}]`) || "
            + "document.querySelector('.problem'))", Patience, where, row);
        JsonElement shown = await _page.EvaluateFunctionAsync<JsonElement>(
            """
            () => ({
              answer: document.querySelector('.answer')?.dataset.value ?? '',
              values: [...document.querySelectorAll('.classes li')].map(item => [item.dataset.class, item.dataset.value]),
              text: document.querySelector('#prediction').innerText,
            })
            """);
        Assert.True(shown.GetProperty("answer").GetString() is { Length: > 0 }, shown.GetProperty("text").GetString());
        return new Shown(
            shown.GetProperty("answer").GetString()!,
            shown.GetProperty("values").EnumerateArray().ToDictionary(pair => pair[0].GetString()!,
                pair => float.Parse(pair[1].GetString()!, CultureInfo.InvariantCulture)),
            shown.GetProperty("text").GetString()!);
    }

    /// <summary>Waits for a problem.</summary>
    public async Task<string> ProblemAsync()
    {
        await _page.WaitForSelectorAsync(".problem", new WaitForSelectorOptions { Timeout = Patience.Timeout });
        return await TextAsync(".problem");
    }

    public Task<string> TextAsync(string selector)
        => _page.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).textContent", selector);

    public Task<int> CountAsync(string selector)
        => _page.EvaluateFunctionAsync<int>("selector => document.querySelectorAll(selector).length", selector);

    /// <summary>Runs a graph in the browser's ONNX Runtime.</summary>
    /// <param name="model">The .onnx file.</param>
    /// <param name="input">The name of its input.</param>
    /// <param name="values">The input's values.</param>
    /// <param name="shape">Their shape.</param>
    /// <param name="output">The name of the output.</param>
    public async Task<float[]> RunAsync(byte[] model, string input, float[] values, int[] shape, string output)
    {
        int[] bits = await _page.EvaluateFunctionAsync<int[]>(
            """
            async (model, input, bits, shape, output) => {
              const bytes = base64 => Uint8Array.from(atob(base64), letter => letter.charCodeAt(0));
              const ort = await import('./ort/ort.wasm.min.mjs');
              ort.env.wasm.wasmPaths = new URL('ort/', document.baseURI).href;
              ort.env.wasm.numThreads = 1;
              const session = await ort.InferenceSession.create(bytes(model), { executionProviders: ['wasm'] });
              const values = new Float32Array(bytes(bits).buffer);
              const results = await session.run({ [input]: new ort.Tensor('float32', values, shape) });
              return [...new Int32Array(results[output].data.slice().buffer)];
            }
            """, Convert.ToBase64String(model), input,
            Convert.ToBase64String(MemoryMarshal.AsBytes(values.AsSpan())), shape, output);
        return Array.ConvertAll(bits, BitConverter.Int32BitsToSingle);
    }

    /// <summary>The drawn curve.</summary>
    public Task<string> PathAsync()
        => _page.EvaluateFunctionAsync<string>("() => document.querySelector('#chart .curve').getAttribute('d')");

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        await Host.DisposeAsync();
        Assert.Empty(_errors);
    }
}
