/** Texts about working without a connection. */
export const offline = {
  sign: {
    kept: 'Not connected, kept on this device.',
    copy: 'Not connected. This is the version on this device. You can simply go on.',
    full: 'Not connected, and this device is full. Leave this page open. We keep trying.',
    none: 'Not connected, and this device keeps nothing. Leave this page open. We keep trying.',
    waiting: 'Kept on this device',
    back: 'Connected again. Everything is saved.',
    leftover: 'What you filled in earlier without a connection is saved now.',
    signedOut: 'Open the link in the mail again; your text is still here.',
    notTaken:
      'This form was sent back meanwhile. Part of your text belongs to a part that is no longer open. The text is still here. Refresh the page to see what is open.',
    finishNeeds: 'You can check and finish when you are connected again. What you filled in is kept.',
    needs: 'You can do this when you are connected again. What you filled in is kept.',
    fullOnline:
      'This device is full. Without a connection we cannot keep anything here. With a connection saving simply goes on.',
    noneOnline: 'This device keeps nothing for this website. With a connection saving simply goes on.',
  },
  device: {
    title: 'On this device',
    text: 'This form and your text are on this device, encrypted, so that you can go on without a connection. After finishing they disappear by themselves.',
    unsent: 'There is still text on this device that was not sent.',
    remove: 'Remove from this device',
    removeText: 'What is saved at the school stays. Only the copy on this device goes.',
    confirm: 'There is still text that was not sent. It will be lost. Remove it all the same?',
    removed: 'The copy on this device was removed.',
  },
  unsent: {
    title: 'There was still text on this device',
    text: 'This text was not sent yet when the form was finished or closed. It does not count. Copy what you need.',
  },
  page: {
    title: 'Not connected',
    missing: 'This form is not on this device. Find a connection and try again.',
    needs: 'This page needs a connection. What you filled in earlier is kept.',
    notFinished: 'We got no answer. Your answers are saved. Choose Try again to see whether finishing worked.',
    list: 'Without a connection you can go on with the forms that are on this device.',
    empty: 'There are no forms on this device. Open a form once while connected.',
    forms: 'Forms on this device',
    hasWords: 'not everything was sent yet',
    retry: 'Try again',
    help: 'Tip: turn on wifi or mobile data, or go where reception is better.',
  },
};
