"use strict";
const form = document.getElementById("form");
const message = document.getElementById("message");
const token = new URLSearchParams(location.hash.slice(1)).get("token");
// The secret must not stay in the address bar and the history.
history.replaceState(null, "", location.pathname);

function over(text) {
  form.hidden = true;
  message.textContent = text;
}

if (!token) over(form.dataset.missing);

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  message.textContent = "";
  const input = { token, [form.dataset.field]: document.getElementById("password").value };
  try {
    const response = await fetch("/graphql", {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify({ query: form.dataset.operation, variables: { input } }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(errors[0].message);
    const [refusal] = Object.values(data)[0].userErrors;
    if (!refusal) {
      form.hidden = true;
      document.getElementById("done").hidden = false;
    } else if (refusal.path && refusal.path[0] === "token") {
      over(refusal.message);
    } else {
      message.textContent = refusal.message;
    }
  } catch {
    message.textContent = form.dataset.failed;
  }
});
